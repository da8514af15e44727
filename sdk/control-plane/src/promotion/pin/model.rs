//! What a pin is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::{
        environment::{ENVIRONMENT, Environment},
        release::Release,
    },
    document::{Fields, choice::choice},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    promotion::{
        plan::Plan,
        process::{Promotion, Status},
    },
};

pub(super) static ENVIRONMENT_RELEASE: Shape = Shape {
    kind: "environment_release",
    collection: "environment-releases",
    table: "environment_releases",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "id",
    filters: &["environment_id", "status"],
    immutable: &["environment_id"],
    computed: &["release_id", "plan", "promotion_id", "status"],
    children: &[],
    roles: Roles::MEMBERS,
};

choice! {
    /// What happens while gates are not open.
    #[schemars(rename = "PinOnPendingGates")]
    OnPending {
        /// The promotion waits for them, and so does whoever set the pin.
        Wait = "wait",
        /// The pin is refused.
        Fail = "fail",
        /// The promotion waits for them, and whoever set the pin does not.
        Detach = "detach",
    }
}

choice! {
    /// Whether an environment has the release it is to have.
    PinStatus {
        InPlace = "in_place",
        /// The promotion waits.
        Pending = "pending",
        Promoting = "promoting",
        /// The promotion has ended before anything was deployed.
        Stopped = "stopped",
        /// The release was there and did not hold. It is not promoted again before its block is deleted.
        RolledBack = "rolled_back",
    }
}

/// The release that an environment is to have: there is one for each. Setting it promotes the release; changing nothing
/// about it tries again what was stopped, or was rolled back and is not blocked any more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct EnvironmentRelease {
    /// Environment that is to have the release.
    pub(super) environment_id: Id<Environment>,
    /// The release.
    pub(super) release: Pinned,
    /// What happens while gates are not open.
    pub(super) on_pending_gates: OnPending,
    /// Whether the environment may go back to an older release that it had.
    pub(super) allow_rollback: bool,
    /// Why it is to have the release.
    pub(super) reason: Option<String>,
    /// Identifier of the release.
    pub(super) release_id: Option<Id<Release>>,
    /// Plan of the promotion, as it was when the pin was set; null if the release was there already.
    pub(super) plan: Option<Plan>,
    /// Promotion that brings the release; null if it was there already.
    pub(super) promotion_id: Option<Id<Promotion>>,
    /// Whether the environment has the release.
    pub(super) status: PinStatus,
    /// A promotion that is about to begin; kept by itself.
    #[serde(skip)]
    pub(super) beginning: Option<Promotion>,
}

/// A release by its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PinnedRelease")]
pub(super) struct Pinned {
    /// Version of the release.
    pub(super) version: String,
    /// Digest of the release; who gives it is refused a release that has another.
    pub(super) digest: Option<String>,
}

/// The fields only the server writes.
#[derive(Default, Deserialize)]
struct Kept {
    release_id: Option<Id<Release>>,
    plan: Option<Plan>,
    promotion_id: Option<Id<Promotion>>,
    status: Option<PinStatus>,
}

impl EnvironmentRelease {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let kept: Kept = earlier
            .and_then(|earlier| serde_json::from_value(Value::Object(earlier.document.clone())).ok())
            .unwrap_or_default();
        fields.require("release");
        let release = fields.object("release", |fields| Pinned {
            version: fields.required_text("version", 255),
            digest: fields.text("digest", 71),
        });
        Self {
            environment_id: fields.required_id("environment_id"),
            release: release.unwrap_or_else(|| Pinned { version: String::new(), digest: None }),
            on_pending_gates: fields.choice_or("on_pending_gates", OnPending::Wait),
            allow_rollback: fields.flag_or("allow_rollback", false),
            reason: fields.text("reason", 1000),
            release_id: kept.release_id,
            plan: kept.plan,
            promotion_id: kept.promotion_id,
            status: kept.status.unwrap_or(PinStatus::Pending),
            beginning: None,
        }
    }
}

impl From<Status> for PinStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Planned | Status::AwaitingGates | Status::Queued => Self::Pending,
            Status::Validating
            | Status::Deploying
            | Status::Paused
            | Status::Verifying
            | Status::RollingBack => Self::Promoting,
            Status::Succeeded => Self::InPlace,
            Status::Rejected | Status::Expired | Status::Superseded | Status::Cancelled => Self::Stopped,
            Status::RolledBack | Status::RollbackFailed => Self::RolledBack,
        }
    }
}
