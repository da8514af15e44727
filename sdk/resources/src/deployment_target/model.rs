//! The definition of `sparki_deployment_target`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{Custom, DeploymentTarget, Flyio, Kubernetes, Platform, Railway, Render, StrategyKind, Vercel};
use crate::Environment;
use crate::control_plane::is_id;
use crate::labels::{is_label_key, is_label_value};

/// A deployment target: where the releases of an environment run, and how they get there.
///
/// Exactly one of the platform attributes is set. Whether the platform can carry out the strategy is checked when
/// planning.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(kubernetes, railway, render, flyio, vercel, custom))]
pub struct DeploymentTargetModel {
    /// Identifier assigned by the control plane.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<DeploymentTarget>>,
    /// Environment whose releases run here. Changing it makes a new deployment target.
    #[attr(required, requires_replace, validate(custom(is_id)))]
    pub environment_id: Value<Id<Environment>>,
    /// Name, 1 to 255 characters, unique in the environment.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Platform, as the attribute that is set says: `kubernetes`, `railway`, `render`, `flyio`, `vercel` or `custom`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub platform: Value<Platform>,
    /// A workload in a Kubernetes cluster.
    #[attr(optional)]
    pub kubernetes: Value<Kubernetes>,
    /// A service on Railway.
    #[attr(optional)]
    pub railway: Value<Railway>,
    /// A service on Render.
    #[attr(optional)]
    pub render: Value<Render>,
    /// An app on Fly.io.
    #[attr(optional)]
    pub flyio: Value<Flyio>,
    /// A project on Vercel.
    #[attr(optional)]
    pub vercel: Value<Vercel>,
    /// A webhook or a script of your own.
    #[attr(optional)]
    pub custom: Value<Custom>,
    /// Changes with the signing secret and says nothing about it.
    #[attr(computed, keep_unless_changed(custom))]
    pub signing_secret_fingerprint: Value<String>,
    /// How a new release takes over from the old one.
    #[attr(optional, default = Strategy::new(Value::Known(StrategyKind::Direct)))]
    pub strategy: Value<Strategy>,
    /// Checks that a new release must pass, in order.
    #[attr(optional)]
    pub health_checks: Value<Vec<HealthCheck>>,
    /// When and to what a failed release is rolled back.
    #[attr(optional, default = Rollback::new())]
    pub rollback: Value<Rollback>,
    /// Commands run before and after a release is rolled out.
    #[attr(optional)]
    pub validation_scripts: Value<Vec<ValidationScript>>,
    /// Targets of one environment are deployed in this order, lowest first: -1000 to 1000.
    #[attr(optional, default = 0, validate(range(-1000..=1000)))]
    pub order: Value<i64>,
    /// Labels: keys of 1 to 255 bytes and values of up to 255 bytes of your own.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// When the deployment target was made (RFC 3339, UTC).
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub created_at: Value<String>,
    /// When the deployment target was last changed (RFC 3339, UTC).
    #[attr(computed, refine(not_null))]
    pub updated_at: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// How a new release takes over from the old one.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Strategy {
    /// `direct`, `rolling`, `blue-green` or `canary`.
    #[attr(required)]
    pub r#type: Value<StrategyKind>,
    /// Shares of the traffic that a canary gets, in percent, each larger than the one before. Only with `canary`.
    #[attr(optional, validate(each(range(1..=100))))]
    pub steps: Value<Vec<u32>>,
}

/// A check that a new release must pass.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct HealthCheck {
    /// Name, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// `http` (any 2xx answer passes), `tcp` (a connection passes) or `script` (exit code 0 passes).
    #[attr(required)]
    pub r#type: Value<HealthCheckKind>,
    /// Address to ask, 1 to 2048 characters. Needed for `http`, and only for it.
    #[attr(optional, validate(len(1..=2048)))]
    pub url: Value<String>,
    /// Port to connect to, 1 to 65535. Needed for `tcp`, and only for it.
    #[attr(optional, validate(range(1..=65_535)))]
    pub port: Value<u16>,
    /// Command to run, 1 to 10000 characters. Needed for `script`, and only for it.
    #[attr(optional, validate(len(1..=10_000)))]
    pub command: Value<String>,
    /// Seconds between two checks, 1 to 3600.
    #[attr(optional, default = 10, validate(range(1..=3600)))]
    pub interval_seconds: Value<u32>,
    /// Seconds that one check may take, 1 to 3600.
    #[attr(optional, default = 5, validate(range(1..=3600)))]
    pub timeout_seconds: Value<u32>,
    /// Checks in a row that must pass, 1 to 100.
    #[attr(optional, default = 2, validate(range(1..=100)))]
    pub healthy_threshold: Value<u32>,
    /// Checks in a row that may fail, 1 to 100.
    #[attr(optional, default = 3, validate(range(1..=100)))]
    pub unhealthy_threshold: Value<u32>,
}

/// When and to what a failed release is rolled back.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Rollback {
    /// Whether a failed release is rolled back without asking.
    #[attr(optional, default = true)]
    pub auto: Value<bool>,
    /// What counts as failed: any of `health_check_failed`, `deploy_failed` and `validation_failed`.
    #[attr(optional, default = BTreeSet::from([RollbackReason::HealthCheckFailed]))]
    pub on: Value<BTreeSet<RollbackReason>>,
    /// What to go back to: the last release that was verified (`last_verified`), or the one before (`previous`).
    #[attr(optional, default = RollbackTo::LastVerified)]
    pub to: Value<RollbackTo>,
    /// Seconds that a release is observed after it was rolled out, 0 to 86400.
    #[attr(optional, default = 300, validate(range(0..=86_400)))]
    pub observe_seconds: Value<u32>,
}

/// A command run before or after a release is rolled out.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ValidationScript {
    /// `pre_deploy` or `post_deploy`.
    #[attr(required)]
    pub phase: Value<Phase>,
    /// Shell command, 1 to 10000 characters. Exit code 0 passes.
    #[attr(required, validate(len(1..=10_000)))]
    pub command: Value<String>,
    /// Seconds that the command may take, 1 to 86400.
    #[attr(optional, default = 300, validate(range(1..=86_400)))]
    pub timeout_seconds: Value<u32>,
    /// What a failure does: `abort` ends the deployment, `warn` only reports.
    #[attr(optional, default = OnFailure::Abort)]
    pub on_failure: Value<OnFailure>,
}

/// How a health check looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum HealthCheckKind {
    /// It asks an address.
    Http,
    /// It connects to a port.
    Tcp,
    /// It runs a command.
    Script,
}

/// What makes a release count as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum RollbackReason {
    /// A health check failed.
    HealthCheckFailed,
    /// The platform could not roll it out.
    DeployFailed,
    /// A validation script failed.
    ValidationFailed,
}

/// What a rollback goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum RollbackTo {
    /// The last release that was verified.
    LastVerified,
    /// The release before.
    Previous,
}

/// When a validation script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Phase {
    /// Before the release is rolled out.
    PreDeploy,
    /// After the release was rolled out.
    PostDeploy,
}

/// What the failure of a validation script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum OnFailure {
    /// It ends the deployment.
    Abort,
    /// It is reported.
    Warn,
}
