//! What a notification rule is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::{Fields, form::UUID},
    integrations::pattern,
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(crate) static NOTIFICATION_RULE: Shape = Shape {
    kind: "notification_rule",
    collection: "notification-rules",
    table: "notification_rules",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id"],
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

const LONGEST_ID: usize = 36;

/// Sends some of what happens in a workspace to some of its notification channels.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotificationRule {
    /// Workspace the rule belongs to.
    workspace_id: Id<Workspace>,
    /// Name of the rule, unique in the workspace.
    name: String,
    /// Whether anything is sent.
    enabled: bool,
    /// Channels that are told, by id.
    pub(super) channel_ids: Vec<String>,
    /// Patterns of the events, such as `deployment.*` or `*.failed`.
    events: Vec<String>,
    /// What the events have to be about.
    filter: Filter,
}

/// What an event has to be about. A list that is empty takes everything.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "NotificationRuleFilter")]
pub(in crate::integrations) struct Filter {
    /// Projects, by id.
    project_ids: Vec<String>,
    /// Environments, by id.
    environment_ids: Vec<String>,
}

/// What an event says it is about.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::integrations) struct About<'a> {
    pub(in crate::integrations) project_id: Option<&'a str>,
    pub(in crate::integrations) environment_id: Option<&'a str>,
}

impl NotificationRule {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            enabled: fields.flag_or("enabled", true),
            channel_ids: lower(fields.required_texts_in("channel_ids", LONGEST_ID, &UUID)),
            events: pattern::required(fields, "events"),
            filter: fields.object_or_default("filter", |fields| Filter {
                project_ids: ids(fields, "project_ids"),
                environment_ids: ids(fields, "environment_ids"),
            }),
        }
    }
}

impl Filter {
    /// Whether an event is about what is asked for.
    pub(in crate::integrations) fn admits(&self, about: &About<'_>) -> bool {
        let fits = |wanted: &[String], id: Option<&str>| {
            wanted.is_empty() || id.is_some_and(|id| wanted.iter().any(|wanted| wanted == id))
        };
        fits(&self.project_ids, about.project_id) && fits(&self.environment_ids, about.environment_id)
    }
}

fn ids(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    lower(fields.texts_in(name, LONGEST_ID, &UUID).unwrap_or_default())
}

/// Ids in their one spelling.
fn lower(ids: Vec<String>) -> Vec<String> {
    ids.iter().map(|id| id.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_what_it_lists_and_everything_where_it_lists_nothing() {
        let about = About { project_id: Some("p"), environment_id: None };
        let filter = |projects: &[&str], environments: &[&str]| Filter {
            project_ids: projects.iter().map(|id| (*id).to_owned()).collect(),
            environment_ids: environments.iter().map(|id| (*id).to_owned()).collect(),
        };
        assert!(filter(&[], &[]).admits(&about));
        assert!(filter(&["q", "p"], &[]).admits(&about));
        assert!(!filter(&["q"], &[]).admits(&about));
        assert!(!filter(&[], &["e"]).admits(&about));
    }
}
