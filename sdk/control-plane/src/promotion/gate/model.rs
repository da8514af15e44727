//! What a gate is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::environment::{ENVIRONMENT, Environment},
    document::{Fields, choice::choice},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    promotion::{
        direction::Direction,
        gate::condition::{Approval, Check, Drift, Soak, VerifiedIn, Webhook},
        weekly::Weekly,
    },
};

pub(crate) static ENVIRONMENT_GATE: Shape = Shape {
    kind: "environment_gate",
    collection: "environment-gates",
    table: "environment_gates",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "name",
    filters: &["environment_id", "name"],
    immutable: &["environment_id"],
    computed: &[],
    children: &[],
    roles: Roles::ADMINS,
};

/// The fields of which a gate has exactly one.
pub(super) const CONDITIONS: [&str; 7] =
    ["approval", "check", "drift", "soak", "verified_in", "webhook", "window"];

choice! {
    /// What a gate that does not hold is good for.
    #[schemars(rename = "GateEnforcement")]
    Enforcement {
        /// It holds promotions up.
        Blocking = "blocking",
        /// It is only shown.
        Advisory = "advisory",
    }
}

/// Something that has to hold before a release may go to an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct EnvironmentGate {
    /// Environment the gate is in front of.
    pub(crate) environment_id: Id<Environment>,
    /// Name, unique in the environment.
    pub(crate) name: String,
    /// What the gate is good for while it does not hold.
    pub(crate) enforcement: Enforcement,
    /// What the gate is in front of; by default rollbacks pass it by.
    pub(crate) applies_to: Vec<Direction>,
    /// People who have to approve; null for another kind of gate.
    pub(crate) approval: Option<Approval>,
    /// Time that the release has to have run well in another environment; null for another kind of gate.
    pub(crate) soak: Option<Soak>,
    /// Environment in which the release has to have been healthy; null for another kind of gate.
    pub(crate) verified_in: Option<VerifiedIn>,
    /// Times of the week at which the gate is open; null for another kind of gate.
    pub(crate) window: Option<Weekly>,
    /// Pipeline that has to have succeeded for the release's commit; null for another kind of gate.
    pub(crate) check: Option<Check>,
    /// URL that is asked; null for another kind of gate.
    pub(crate) webhook: Option<Webhook>,
    /// How new the last clean drift report has to be; null for another kind of gate.
    pub(crate) drift: Option<Drift>,
}

impl EnvironmentGate {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        fields.require_one_of(&CONDITIONS);
        Self {
            environment_id: fields.required_id("environment_id"),
            name: fields.required_text("name", 255),
            enforcement: fields.choice_or("enforcement", Enforcement::Blocking),
            applies_to: Direction::applied(fields),
            approval: fields.object("approval", Approval::from_fields),
            soak: fields.object("soak", Soak::from_fields),
            verified_in: fields.object("verified_in", VerifiedIn::from_fields),
            window: fields.object("window", Weekly::from_fields),
            check: fields.object("check", Check::from_fields),
            webhook: fields.object("webhook", |fields| Webhook::from_fields(fields, earlier)),
            drift: fields.object("drift", Drift::from_fields),
        }
    }
}
