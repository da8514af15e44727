//! What a freeze window is.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{
        environment::{Environment, Tier},
        project::Project,
    },
    document::{
        Fields,
        form::{TIME, UUID},
    },
    object::{Parent, Shape, id::Id, kind::Roles},
    promotion::{direction::Direction, weekly::Weekly},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(super) static FREEZE_WINDOW: Shape = Shape {
    kind: "freeze_window",
    collection: "freeze-windows",
    table: "freeze_windows",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id"],
    computed: &[],
    children: &[],
    roles: Roles::ADMINS,
};

/// A time at which nothing is to change in some environments: once, or every week.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct FreezeWindow {
    /// Workspace the freeze window belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name, unique in the workspace.
    pub(crate) name: String,
    /// Reason, for whoever has to wait.
    pub(super) reason: Option<String>,
    /// The one time it is there; null if it is there every week.
    pub(super) once: Option<Once>,
    /// The times of the week it is there; null if it is there once.
    pub(super) weekly: Option<Weekly>,
    /// Where nothing is to change; by default in the whole workspace.
    pub(super) scope: Scope,
    /// What it holds up; by default rollbacks pass it by.
    pub(super) applies_to: Vec<Direction>,
}

/// A time with a begin and an end.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FreezeOnce")]
pub(super) struct Once {
    /// When it begins.
    pub(super) starts_at: String,
    /// When it ends.
    pub(super) ends_at: String,
}

/// Where a freeze window holds: everywhere that each of these lists names, where an empty list names everything.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FreezeScope")]
pub(super) struct Scope {
    /// Projects, by id.
    pub(super) project_ids: Vec<Id<Project>>,
    /// Environments, by id.
    pub(super) environment_ids: Vec<Id<Environment>>,
    /// Tiers of environments.
    pub(super) tiers: Vec<Tier>,
}

impl FreezeWindow {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require_one_of(&["once", "weekly"]);
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            reason: fields.text("reason", 1000),
            once: fields.object("once", Once::from_fields),
            weekly: fields.object("weekly", Weekly::from_fields),
            scope: fields.object_or_default("scope", Scope::from_fields),
            applies_to: Direction::applied(fields),
        }
    }

    /// When the freeze that there is now ends; `None` if there is none now.
    pub(super) fn frozen_until(&self, now: Timestamp) -> Option<Timestamp> {
        if let Some(weekly) = &self.weekly {
            return weekly.open_until(now);
        }
        let once = self.once.as_ref()?;
        let (start, end): (Timestamp, Timestamp) = (once.starts_at.parse().ok()?, once.ends_at.parse().ok()?);
        (start <= now && now < end).then_some(end)
    }
}

impl Once {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let once = Self {
            starts_at: fields.required_text_in("starts_at", 50, &TIME),
            ends_at: fields.required_text_in("ends_at", 50, &TIME),
        };
        let time = |text: &str| text.parse::<Timestamp>().ok();
        if let (Some(start), Some(end)) = (time(&once.starts_at), time(&once.ends_at))
            && end <= start
        {
            fields.error("ends_at", "order", "The freeze window has to end after it starts.");
        }
        once
    }
}

impl Scope {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let ids = |texts: Option<Vec<String>>| texts.unwrap_or_default();
        let project_ids = ids(fields.texts_in("project_ids", 255, &UUID));
        let environment_ids = ids(fields.texts_in("environment_ids", 255, &UUID));
        let mut tiers: Vec<Tier> = fields.choices("tiers").unwrap_or_default();
        tiers.sort();
        Self {
            project_ids: project_ids.iter().filter_map(|id| Id::parse(id)).collect(),
            environment_ids: environment_ids.iter().filter_map(|id| Id::parse(id)).collect(),
            tiers,
        }
    }
}
