//! What a pipeline is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::{
        pipeline::configuration,
        project::{PROJECT, Project},
    },
    document::{Document, Fields, canonical, choice::choice},
    object::{Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static PIPELINE: Shape = Shape {
    kind: "pipeline",
    collection: "pipelines",
    table: "pipelines",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &PROJECT, field: "project_id" }],
    key: "name",
    filters: &["project_id", "name"],
    immutable: &["project_id"],
    computed: &["version", "configuration_digest", "steps_count"],
    children: &[],
    roles: Roles::MEMBERS,
};

choice! {
    /// What starts a run.
    Trigger { Manual = "manual", PullRequest = "pull_request", Push = "push", Tag = "tag" }
}

choice! {
    /// What happens when a build comes while others of its group are there.
    OnConflict {
        /// It waits until those before it have ended.
        Queue = "queue",
        /// The others are canceled.
        Cancel = "cancel",
        /// Those that wait are canceled; it waits for the one that is under way.
        CancelQueued = "cancel_queued",
    }
}

/// How a project is built, tested and delivered.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Pipeline {
    /// Project the pipeline belongs to.
    project_id: Id<Project>,
    /// Name, unique in the project.
    name: String,
    /// Whether triggers start it.
    enabled: bool,
    /// Configuration in schema v1, as it was sent.
    #[schemars(schema_with = "configuration::schema")]
    configuration: Value,
    /// What starts a run.
    triggers: Vec<Trigger>,
    /// Group in which builds exclude each other; null if they do not.
    concurrency: Option<Concurrency>,
    /// How often the configuration has been another one, counted from 1.
    version: i64,
    /// SHA-256 of the configuration in canonical form.
    configuration_digest: String,
    /// Number of steps in all stages.
    steps_count: usize,
}

/// Builds that exclude each other. Builds that are reported have ended, so they neither wait nor are waited for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PipelineConcurrency")]
pub(crate) struct Concurrency {
    /// Name of the group, which pipelines of one project may share.
    pub(crate) group: String,
    /// What happens when a build comes while others of its group are there.
    pub(crate) on_conflict: OnConflict,
}

impl Pipeline {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Document>) -> Self {
        let configuration = configuration::read(fields);
        let configuration_digest = canonical::digest(&configuration);
        let version = match earlier {
            None => 1,
            Some(earlier) => {
                let same = earlier.get("configuration_digest").and_then(Value::as_str)
                    == Some(&configuration_digest);
                let version = earlier.get("version").and_then(Value::as_i64).unwrap_or(1);
                if same { version } else { version + 1 }
            }
        };
        // The variants are in the order of their words, so the set is sorted the way it reads.
        let mut triggers: Vec<Trigger> = fields.choices("triggers").unwrap_or_default();
        triggers.sort();
        Self {
            project_id: fields.required_id("project_id"),
            name: fields.required_text("name", 255),
            enabled: fields.flag_or("enabled", true),
            triggers,
            concurrency: fields.object("concurrency", |fields| Concurrency {
                group: fields.required_text("group", 255),
                on_conflict: fields.choice_or("on_conflict", OnConflict::Queue),
            }),
            version,
            steps_count: configuration::steps_count(&configuration),
            configuration,
            configuration_digest,
        }
    }
}
