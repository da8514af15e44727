//! What a drift report is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    delivery::environment::{ENVIRONMENT, Environment},
    document::{Fields, choice::choice},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static DRIFT_REPORT: Shape = Shape {
    kind: "drift_report",
    collection: "drift-reports",
    table: "drift_reports",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "id",
    filters: &["environment_id", "status"],
    immutable: &["environment_id", "status", "detail"],
    computed: &["reported_by"],
    children: &[],
    roles: Roles::MEMBERS,
};

choice! {
    /// What was found.
    #[schemars(rename = "DriftStatus")]
    Found {
        /// The environment is what it should be.
        Clean = "clean",
        /// It is not.
        Drifted = "drifted",
    }
}

/// What somebody has found who compared an environment with what it should be. Its age counts from when it was reported.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DriftReport {
    /// Environment that was looked at.
    pub(super) environment_id: Id<Environment>,
    /// What was found.
    pub(crate) status: Found,
    /// What is different, for people.
    pub(super) detail: Option<String>,
    /// Who reported it.
    pub(super) reported_by: Option<Actor>,
}

impl DriftReport {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let kept = earlier.and_then(|earlier| earlier.document.get("reported_by")).cloned();
        Self {
            environment_id: fields.required_id("environment_id"),
            status: fields.required_choice("status"),
            detail: fields.text("detail", 10_000),
            reported_by: kept.and_then(|actor| serde_json::from_value(actor).ok()),
        }
    }
}
