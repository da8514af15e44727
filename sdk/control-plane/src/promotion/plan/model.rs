//! What a plan is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{
        deployment_target::DeploymentTarget,
        environment::Environment,
        platform::{Platform, Strategy},
        release::Release,
    },
    document::choice::choice,
    object::id::Id,
    promotion::{
        direction::Direction,
        flow::Pause,
        freeze::Frozen,
        gate::{Enforcement, EnvironmentGate},
    },
    variables::given::GivenKind,
};

/// What a promotion would do, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionPlan")]
pub(crate) struct Plan {
    /// Digest of everything in `inputs`; what a promotion is asked for with, and what approvals are for.
    pub(crate) digest: String,
    /// Which way the release moves.
    pub(crate) operation: Direction,
    /// Environment it goes to.
    pub(crate) environment_id: Id<Environment>,
    /// Release that goes.
    pub(crate) release_id: Id<Release>,
    /// What the environment runs now; null if nothing.
    pub(crate) from: Option<Version>,
    /// What it would run.
    pub(crate) to: Version,
    /// Promotion flow that is followed; null if there is none.
    pub(crate) flow: Option<FlowVersion>,
    /// Deployment targets, wave by wave.
    pub(crate) waves: Vec<PlannedWave>,
    /// What has to hold first, and whether it does.
    pub(crate) gates: Vec<GateState>,
    /// Freeze that holds it up now; null if there is none.
    pub(crate) freeze: Option<Frozen>,
    /// What is different between the two releases.
    pub(crate) changes: Vec<Change>,
    /// Variables and secrets that deployments would get and that what runs now was not given so, by name; null if it is not
    /// known what that was given.
    #[serde(default)]
    pub(crate) config_changes: Option<Vec<ConfigChange>>,
    /// How careful one should be.
    pub(crate) risk: Risk,
    /// Everything the digest covers, by name.
    pub(crate) inputs: BTreeMap<String, String>,
}

/// A release as a plan shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlannedVersion")]
pub(crate) struct Version {
    /// Release; null if a build was deployed, or if the release is gone.
    pub(crate) release_id: Option<String>,
    /// Version of the release.
    pub(crate) version: String,
    /// Digest of the release.
    pub(crate) digest: String,
    /// Commit it is made from; null if nobody knows.
    pub(crate) commit_sha: Option<String>,
}

/// A promotion flow as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlannedFlow")]
pub(crate) struct FlowVersion {
    /// Name of the flow.
    pub(crate) name: String,
    /// Version of its stages.
    pub(crate) version: i64,
}

/// Deployment targets that are deployed to at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlannedWave {
    /// The deployment targets.
    pub(crate) targets: Vec<PlannedTarget>,
    /// What comes after the wave.
    pub(crate) pause: Pause,
    /// Seconds that a timed pause takes; null for the others.
    pub(crate) pause_seconds: Option<i64>,
}

/// A deployment target as a plan shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlannedTarget {
    /// Identifier of the deployment target.
    pub(crate) id: Id<DeploymentTarget>,
    /// Name of the deployment target.
    pub(crate) name: String,
    /// What runs the release.
    pub(crate) platform: Platform,
    /// How the release replaces the one before.
    pub(crate) strategy: Strategy,
}

choice! {
    /// What a gate looks at.
    #[schemars(rename = "PromotionGateKind")]
    GateKind {
        Approval = "approval",
        Check = "check",
        Drift = "drift",
        Lock = "lock",
        Signatures = "signatures",
        Soak = "soak",
        Source = "source",
        VerifiedIn = "verified_in",
        Webhook = "webhook",
        Window = "window",
    }
}

choice! {
    /// How a gate stands.
    #[schemars(rename = "PromotionGateStatus")]
    GateStatus {
        Passed = "passed",
        Pending = "pending",
        Failed = "failed",
        /// It is not in front of what is planned.
        Skipped = "skipped",
    }
}

/// A gate in front of a promotion, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionGate")]
pub(crate) struct GateState {
    /// Gate; null for one that is there by itself: the workspace's policy, the lock of the environment, and where its
    /// releases come from.
    pub(crate) gate_id: Option<Id<EnvironmentGate>>,
    /// Name of the gate.
    pub(crate) name: String,
    /// What the gate looks at.
    pub(crate) kind: GateKind,
    /// What the gate is good for while it does not hold.
    pub(crate) enforcement: Enforcement,
    /// How the gate stands.
    pub(crate) status: GateStatus,
    /// Why it stands so, for people.
    pub(crate) detail: String,
    /// When time alone will open the gate; null if it will not.
    pub(crate) passes_at: Option<String>,
}

impl GateState {
    /// Whether the gate holds a promotion up.
    pub(crate) fn holds(&self) -> bool {
        let is_open = match self.status {
            GateStatus::Passed | GateStatus::Skipped => true,
            GateStatus::Pending | GateStatus::Failed => false,
        };
        self.enforcement == Enforcement::Blocking && !is_open
    }
}

/// Something that is different between two releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlannedChange")]
pub(crate) struct Change {
    /// What is different: `version`, `commit_sha`, or `artifacts/` and a name.
    pub(crate) what: String,
    /// As it is now; null if there is none.
    pub(crate) before: Option<String>,
    /// As it would be; null if there would be none.
    pub(crate) after: Option<String>,
}

choice! {
    /// What has happened to a variable or a secret.
    #[schemars(rename = "ConfigChangeKind")]
    ConfigChanged { Added = "added", Changed = "changed", Removed = "removed" }
}

/// A variable or a secret that is another one than what runs now was given. Values are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlannedConfigChange")]
pub(crate) struct ConfigChange {
    /// Name of the variable or the secret.
    pub(crate) key: String,
    /// What it is; what it was if it is removed.
    pub(crate) kind: GivenKind,
    /// What has happened to it.
    pub(crate) change: ConfigChanged,
    /// Fingerprint that it had; null if it is added.
    pub(crate) before_fingerprint: Option<String>,
    /// Fingerprint that it has; null if it is removed.
    pub(crate) after_fingerprint: Option<String>,
}

choice! {
    /// How careful one should be.
    #[schemars(rename = "PromotionRiskLevel")]
    Level { Low = "low", Medium = "medium", High = "high" }
}

/// How careful one should be, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionRisk")]
pub(crate) struct Risk {
    /// How careful.
    pub(crate) level: Level,
    /// Why, for people.
    pub(crate) reasons: Vec<String>,
}
