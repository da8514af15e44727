//! The steps of a deployment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{
        deployment::{machine::Status, target::Target},
        deployment_target::{DeploymentTarget, Phase},
        health::Health,
    },
    document::choice::choice,
    object::id::Id,
};

choice! {
    /// What a step of a deployment does.
    #[schemars(rename = "DeploymentStepKind")]
    StepKind {
        Preconditions = "preconditions",
        PreDeploy = "pre_deploy",
        Deploy = "deploy",
        HealthCheck = "health_check",
        PostDeploy = "post_deploy",
    }
}

choice! {
    /// How a step of a deployment stands.
    #[schemars(rename = "DeploymentStepStatus")]
    StepStatus {
        Pending = "pending",
        Running = "running",
        Succeeded = "succeeded",
        Warning = "warning",
        Failed = "failed",
        Skipped = "skipped",
    }
}

/// A step of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeploymentStep")]
pub(crate) struct Step {
    /// What the step does.
    pub(crate) kind: StepKind,
    /// Name of the health check or number of the script; the same as the kind where there is only one.
    pub(crate) name: String,
    /// Deployment target it is about; null if it is about all.
    pub(crate) deployment_target_id: Option<Id<DeploymentTarget>>,
    /// How the step stands.
    pub(crate) status: StepStatus,
    /// What a health check has found; null for other steps, and before it has.
    pub(crate) health: Option<Health>,
    /// How often it was tried.
    pub(crate) attempts: i64,
    /// How often it has gone well in a row.
    pub(crate) passes: i64,
    /// How often it has gone wrong in a row.
    pub(crate) failures: i64,
    /// What came of it, for people; null before.
    pub(crate) detail: Option<String>,
    /// When it began; null before.
    pub(crate) started_at: Option<String>,
    /// When it ended; null before.
    pub(crate) completed_at: Option<String>,
    /// Which of the target's scripts or health checks it is.
    pub(crate) index: usize,
}

/// The steps to deploy to these targets: everything is validated before anything is touched; then one target after another
/// is deployed to and looked at, so that a release that is bad stays with the first.
pub(crate) fn steps(targets: &[Target]) -> Vec<Step> {
    let mut steps = vec![step(StepKind::Preconditions, "preconditions", None, 0)];
    for target in targets {
        steps.extend(scripts(target, Phase::PreDeploy, StepKind::PreDeploy));
    }
    for target in targets {
        steps.push(step(StepKind::Deploy, "deploy", Some(target), 0));
        if target.health_checks.is_empty() {
            steps.push(step(StepKind::HealthCheck, "none", Some(target), 0));
        }
        for (index, check) in target.health_checks.iter().enumerate() {
            steps.push(step(StepKind::HealthCheck, &check.name, Some(target), index));
        }
        steps.extend(scripts(target, Phase::PostDeploy, StepKind::PostDeploy));
    }
    steps
}

fn scripts(target: &Target, phase: Phase, kind: StepKind) -> impl Iterator<Item = Step> {
    let chosen =
        target.validation_scripts.iter().enumerate().filter(move |(_, script)| script.phase == phase);
    chosen.map(move |(index, _)| step(kind, &format!("script {}", index + 1), Some(target), index))
}

fn step(kind: StepKind, name: &str, target: Option<&Target>, index: usize) -> Step {
    Step {
        kind,
        name: name.to_owned(),
        deployment_target_id: target.map(|target| target.id),
        status: StepStatus::Pending,
        health: None,
        attempts: 0,
        passes: 0,
        failures: 0,
        detail: None,
        started_at: None,
        completed_at: None,
        index,
    }
}

impl StepKind {
    /// The status of a deployment while such a step is under way.
    pub(crate) fn stage(self) -> Status {
        match self {
            Self::Preconditions | Self::PreDeploy => Status::Validating,
            Self::Deploy => Status::Deploying,
            Self::HealthCheck | Self::PostDeploy => Status::HealthCheck,
        }
    }
}

impl StepStatus {
    pub(crate) fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Running => true,
            Self::Succeeded | Self::Warning | Self::Failed | Self::Skipped => false,
        }
    }
}
