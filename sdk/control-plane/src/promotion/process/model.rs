//! What a promotion is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    delivery::{
        deployment::Deployment,
        environment::{ENVIRONMENT, Environment},
        release::Release,
    },
    document::{Fields, choice::choice, form::Form},
    object::{Parent, Shape, id::Id, kind::Roles},
    promotion::{
        direction::Direction,
        freeze::Frozen,
        plan::{Answered, Difference, GateState, Plan},
        process::machine::{Event, Status, next},
    },
};

pub(crate) static PROMOTION: Shape = Shape {
    kind: "promotion",
    collection: "promotions",
    table: "promotions",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "id",
    filters: &["environment_id", "release_id", "operation", "status"],
    immutable: &["environment_id"],
    computed: &[
        "status",
        "plan",
        "gates",
        "freeze",
        "approvals",
        "answers",
        "deployment_ids",
        "undone_ids",
        "previous_deployment_id",
        "wave",
        "pause_requested",
        "cancel_requested",
        "resumes_at",
        "watched_until",
        "failure",
        "superseded_by",
        "requested_by",
        "expires_at",
        "completed_at",
        "operation_id",
    ],
    children: &[],
    roles: Roles::MEMBERS,
};

/// A week.
const EXPIRES_SECONDS: i64 = 7 * 24 * 3600;

static DIGEST: Form = Form::new("^sha256:[0-9a-f]{64}$", "Use the digest of a plan.");

choice! {
    /// What happens while gates are not open.
    #[schemars(rename = "PromotionOnPendingGates")]
    OnPending {
        /// The promotion waits for them.
        Wait = "wait",
        /// It is refused.
        Fail = "fail",
    }
}

choice! {
    /// Why a promotion has not succeeded.
    #[schemars(rename = "PromotionFailureCause")]
    Cause {
        /// Somebody said no.
        Person = "rejected",
        /// A gate said no.
        Gate = "gate_refused",
        /// The world has moved away from the plan.
        PlanStale = "plan_stale",
        /// Something is in the way for good.
        Obstacle = "obstacle",
        /// What has to hold before deploying did not, or the deployment went wrong, also while it was watched.
        Deployment = "deployment_failed",
        /// Somebody has thought better of it.
        Cancelled = "cancelled",
    }
}

/// A release on its way into an environment, or back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Promotion {
    /// Environment that the release goes to.
    pub(crate) environment_id: Id<Environment>,
    /// Release that goes.
    pub(crate) release_id: Id<Release>,
    /// Which way the release moves.
    pub(crate) operation: Direction,
    /// Digest of the plan that is carried out. Approvals are for exactly this.
    pub(crate) plan_digest: String,
    /// Why it was asked for.
    pub(crate) reason: Option<String>,
    /// What happens while gates are not open.
    pub(crate) on_pending_gates: OnPending,
    /// Seconds that it may wait.
    pub(crate) expires_in_seconds: i64,
    /// How the promotion stands. `rollback_failed` also says that nothing was put back: `failure` has the reason.
    pub(crate) status: Status,
    /// Plan, as it was when the promotion was asked for.
    pub(crate) plan: Option<Plan>,
    /// Gates, as they stood last.
    pub(crate) gates: Vec<GateState>,
    /// Freeze that holds it up; null if there is none.
    pub(crate) freeze: Option<Frozen>,
    /// Who has approved.
    pub(crate) approvals: Vec<Approved>,
    /// What webhooks have answered.
    pub(crate) answers: Vec<Answered>,
    /// Deployments of its waves, in order.
    pub(crate) deployment_ids: Vec<Id<Deployment>>,
    /// Those of them that it has begun to undo.
    pub(crate) undone_ids: Vec<Id<Deployment>>,
    /// What the environment ran when the promotion began; null before, and if nothing.
    pub(crate) previous_deployment_id: Option<Id<Deployment>>,
    /// Which wave it is at, counted from 0.
    pub(crate) wave: usize,
    /// Whether it is to pause after the wave it is at.
    pub(crate) pause_requested: bool,
    /// Whether it is to end, and to put back what was there.
    pub(crate) cancel_requested: bool,
    /// When a pause ends by itself; null if it does not.
    pub(crate) resumes_at: Option<String>,
    /// Until when its deployments are watched; null before.
    pub(crate) watched_until: Option<String>,
    /// Why it has not succeeded; null if it has, or may still.
    pub(crate) failure: Option<Failure>,
    /// Promotion that has taken its place; null if none has.
    pub(crate) superseded_by: Option<Id<Promotion>>,
    /// Who asked for it.
    pub(crate) requested_by: Option<Actor>,
    /// When it will have waited for too long.
    pub(crate) expires_at: Option<String>,
    /// When it ended; null before.
    pub(crate) completed_at: Option<String>,
    /// Operation to wait for.
    pub(crate) operation_id: Option<Id<Promotion>>,
}

/// Somebody's approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionApproval")]
pub(crate) struct Approved {
    /// Who approves.
    pub(crate) by: Actor,
    /// What they may approve by: built-in roles by name, others and teams by id, as it was when they did.
    pub(crate) standing: Vec<String>,
    /// What they had to say.
    pub(crate) comment: Option<String>,
    /// Digest of the plan that they approve.
    pub(crate) plan_digest: String,
    /// When they did.
    pub(crate) approved_at: String,
}

/// Why a promotion has not succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionFailure")]
pub(crate) struct Failure {
    /// Kind of the failure.
    pub(crate) cause: Cause,
    /// What happened, for people.
    pub(crate) detail: String,
    /// What has changed since the plan was made; empty unless that is the cause.
    pub(crate) changes: Vec<Difference>,
}

impl Failure {
    pub(crate) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into(), changes: Vec::new() }
    }
}

impl Promotion {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let (environment_id, release_id) =
            (fields.required_id("environment_id"), fields.required_id("release_id"));
        let operation = fields.choice_or("operation", Direction::Promote);
        Self {
            plan_digest: fields.required_text_in("plan_digest", 71, &DIGEST),
            reason: fields.text("reason", 1000),
            on_pending_gates: fields.choice_or("on_pending_gates", OnPending::Wait),
            expires_in_seconds: fields.integer_or(
                "expires_in_seconds",
                60..=4 * EXPIRES_SECONDS,
                EXPIRES_SECONDS,
            ),
            ..Self::planned(environment_id, release_id, operation)
        }
    }

    /// A promotion that nobody has planned yet.
    pub(crate) fn planned(
        environment_id: Id<Environment>,
        release_id: Id<Release>,
        operation: Direction,
    ) -> Self {
        Self {
            environment_id,
            release_id,
            operation,
            plan_digest: String::new(),
            reason: None,
            on_pending_gates: OnPending::Wait,
            expires_in_seconds: EXPIRES_SECONDS,
            status: Status::Planned,
            plan: None,
            gates: Vec::new(),
            freeze: None,
            approvals: Vec::new(),
            answers: Vec::new(),
            deployment_ids: Vec::new(),
            undone_ids: Vec::new(),
            previous_deployment_id: None,
            wave: 0,
            pause_requested: false,
            cancel_requested: false,
            resumes_at: None,
            watched_until: None,
            failure: None,
            superseded_by: None,
            requested_by: None,
            expires_at: None,
            completed_at: None,
            operation_id: None,
        }
    }

    /// Moves on by an event; `false` if it cannot happen here.
    pub(super) fn move_by(&mut self, event: Event) -> bool {
        let Some(status) = next(self.status, event) else { return false };
        self.status = status;
        true
    }

    /// Whoever asked for it.
    pub(super) fn actor(&self) -> Actor {
        self.requested_by.clone().unwrap_or_else(Actor::server)
    }
}
