//! What a build is.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    clock::stamp,
    delivery::{
        artifact::{Artifact, COMMIT},
        log::Log,
        pipeline::{OnConflict, PIPELINE, Pipeline},
        project::{Detected, Project},
    },
    document::{Fields, choice::choice, form::TIME},
    object::{Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static BUILD: Shape = Shape {
    kind: "build",
    collection: "builds",
    table: "builds",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &PIPELINE, field: "pipeline_id" }],
    key: "id",
    filters: &["pipeline_id", "project_id", "status", "commit_sha", "branch"],
    immutable: &["pipeline_id"],
    computed: &[
        "project_id",
        "simulated",
        "reason",
        "steps",
        "pipeline_version",
        "configuration_digest",
        "concurrency_group",
        "requested_by",
        "operation_id",
    ],
    children: &[],
    roles: Roles::MEMBERS,
};

pub(super) const LOG: Log = Log { shape: &BUILD, table: "build_logs" };

choice! {
    /// How a build stands.
    BuildStatus {
        Queued = "queued",
        Running = "running",
        Success = "success",
        Failed = "failed",
        Canceled = "canceled",
    }
}

choice! {
    /// How a build that was run elsewhere has ended.
    Reported { Success = "success", Failed = "failed", Canceled = "canceled" }
}

impl From<Reported> for BuildStatus {
    fn from(reported: Reported) -> Self {
        match reported {
            Reported::Success => Self::Success,
            Reported::Failed => Self::Failed,
            Reported::Canceled => Self::Canceled,
        }
    }
}

choice! {
    /// What asks for a build.
    BuildTrigger {
        Manual = "manual",
        PullRequest = "pull_request",
        Push = "push",
        Schedule = "schedule",
        Tag = "tag",
    }
}

choice! {
    /// How a step of a build stands.
    #[schemars(rename = "BuildStepStatus")]
    StepStatus { Queued = "queued", Success = "success", Failed = "failed", Skipped = "skipped" }
}

/// A run of a pipeline for a commit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Build {
    /// Pipeline that runs.
    pub(super) pipeline_id: Id<Pipeline>,
    /// Project of the pipeline.
    pub(crate) project_id: Id<Project>,
    /// Commit that is built.
    pub(crate) commit_sha: String,
    /// Branch the commit is taken from; by default the project's.
    pub(crate) branch: Option<String>,
    /// What asked for the build.
    pub(super) trigger: BuildTrigger,
    /// How the build stands. Whoever reports a build says how it has ended; without it, the build is simulated.
    pub(crate) status: BuildStatus,
    /// Whether nothing is really run; a build that is reported was run elsewhere.
    pub(super) simulated: bool,
    /// Why it failed or was canceled; null otherwise.
    pub(super) reason: Option<String>,
    /// When it began; null before.
    pub(super) started_at: Option<String>,
    /// When it ended; null before.
    pub(super) completed_at: Option<String>,
    /// What it has made.
    pub(crate) artifacts: Vec<Artifact>,
    /// What it has found the project to be written with and in; null if it has not looked.
    #[serde(default)]
    pub(super) detected: Option<Detected>,
    /// Steps of the pipeline as they were when the build was asked for; empty if it is reported.
    pub(super) steps: Vec<Step>,
    /// Version of the pipeline.
    pub(super) pipeline_version: i64,
    /// Digest of the pipeline's configuration.
    pub(super) configuration_digest: String,
    /// Group of the project in which builds exclude each other; null if it is in none.
    #[serde(default)]
    pub(super) concurrency_group: Option<String>,
    /// Who asked for the build.
    pub(super) requested_by: Option<Actor>,
    /// Operation to wait for; null if it is reported.
    pub(super) operation_id: Option<Id<Build>>,
    /// What happens to others of its group when it comes.
    #[serde(skip)]
    pub(super) on_conflict: Option<OnConflict>,
}

/// A step of a build.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BuildStep")]
pub(super) struct Step {
    /// Stage it belongs to.
    pub(super) stage: String,
    /// Name of the step.
    pub(super) name: String,
    /// Command line.
    pub(super) command: String,
    /// How often it is tried again if it fails.
    pub(super) retry: i64,
    /// Seconds that one attempt may take; null for any.
    pub(super) timeout_seconds: Option<i64>,
    /// How the step stands.
    pub(super) status: StepStatus,
    /// How often it was tried.
    pub(super) attempts: i64,
}

impl Build {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let reported: Option<Reported> = fields.choice("status");
        let artifacts = Artifact::list(fields);
        if !artifacts.is_empty() && reported != Some(Reported::Success) {
            fields.error("artifacts", "conflict", "Only a build reported as success brings artifacts along.");
        }
        let started_at = fields.text_in("started_at", 50, &TIME);
        let completed_at = fields.text_in("completed_at", 50, &TIME);
        if reported.is_none() {
            for (name, given) in [("started_at", &started_at), ("completed_at", &completed_at)] {
                if given.is_some() {
                    fields.error(name, "conflict", format!("Only a build that is reported has a {name:?}."));
                }
            }
        }
        let detected = fields.object("detected", Detected::from_fields);
        if detected.is_some() && reported.is_none() {
            fields.error("detected", "conflict", "Only a build that is reported has found something.");
        }
        Self {
            pipeline_id: fields.required_id("pipeline_id"),
            project_id: Id::nil(),
            commit_sha: fields.required_text_in("commit_sha", 40, &COMMIT),
            branch: fields.text("branch", 255),
            trigger: fields.choice_or("trigger", BuildTrigger::Manual),
            status: reported.map_or(BuildStatus::Queued, BuildStatus::from),
            simulated: reported.is_none(),
            reason: None,
            started_at: started_at.as_deref().and_then(in_utc),
            completed_at: completed_at.as_deref().and_then(in_utc),
            artifacts,
            detected,
            steps: Vec::new(),
            pipeline_version: 0,
            configuration_digest: String::new(),
            concurrency_group: None,
            requested_by: None,
            operation_id: None,
            on_conflict: None,
        }
    }
}

/// A time in the one form in which the server keeps times.
fn in_utc(text: &str) -> Option<String> {
    text.parse::<Timestamp>().ok().map(stamp)
}
