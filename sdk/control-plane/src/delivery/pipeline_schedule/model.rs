//! What a pipeline schedule is.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    clock::stamp,
    delivery::{
        build::Build,
        pipeline::{PIPELINE, Pipeline},
        pipeline_schedule::cron::{CRON, Cron},
    },
    document::{Fields, form::TIME_ZONE},
    object::{Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static PIPELINE_SCHEDULE: Shape = Shape {
    kind: "pipeline_schedule",
    collection: "pipeline-schedules",
    table: "pipeline_schedules",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &PIPELINE, field: "pipeline_id" }],
    key: "name",
    filters: &["pipeline_id", "name"],
    immutable: &["pipeline_id"],
    computed: &["next_runs", "last_run"],
    children: &[],
    roles: Roles::MEMBERS,
};

const LONGEST_CRON: usize = 255;
/// How many of the next times are shown.
const SHOWN: usize = 3;

/// Times at which a pipeline is built without anybody asking.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PipelineSchedule {
    /// Pipeline that is built.
    pub(super) pipeline_id: Id<Pipeline>,
    /// Name, unique in the pipeline.
    pub(super) name: String,
    /// When: minute, hour, day of the month, month and day of the week. A time that the clock leaves out in spring is left
    /// out, and one that it has twice in autumn comes twice.
    pub(super) cron: String,
    /// Time zone of the hours and days.
    pub(super) timezone: String,
    /// Branch that is built; null for the project's default branch. It is built at the commit of its newest build.
    pub(super) branch: Option<String>,
    /// Whether anything is built.
    pub(super) enabled: bool,
    /// The next times, at most three; none while the schedule is disabled. They change without a new version of the
    /// schedule.
    #[schemars(extend("items" = {"type": "string", "format": "date-time"}))]
    pub(super) next_runs: Vec<String>,
    /// The newest time that has come; null before the first. It changes without a new version of the schedule.
    pub(super) last_run: Option<LastRun>,
}

/// A time that has come, and what it brought.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PipelineScheduleRun")]
pub(super) struct LastRun {
    /// The time.
    #[schemars(extend("format" = "date-time"))]
    pub(super) due_at: String,
    /// Build that it brought; null if it brought none.
    pub(super) build_id: Option<Id<Build>>,
    /// Why it brought none; null if it brought one.
    pub(super) reason: Option<String>,
}

impl PipelineSchedule {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            pipeline_id: fields.required_id("pipeline_id"),
            name: fields.required_text("name", 255),
            cron: fields.required_text_in("cron", LONGEST_CRON, &CRON),
            timezone: fields.text_in_or("timezone", 255, &TIME_ZONE, "UTC"),
            branch: fields.text("branch", 255),
            enabled: fields.flag_or("enabled", true),
            next_runs: Vec::new(),
            last_run: None,
        }
    }

    /// The times by which it goes; `None` if its time zone is not known any more.
    pub(super) fn times(&self) -> Option<Cron> {
        Cron::parse(&self.cron, &self.timezone)
    }

    /// Notes the next times after another.
    pub(super) fn look_ahead(&mut self, after: Timestamp) {
        let times = self.times().filter(|_| self.enabled);
        let next = times.map(|times| times.next(after, SHOWN)).unwrap_or_default();
        self.next_runs = next.into_iter().map(stamp).collect();
    }

    /// The next time.
    pub(super) fn next_run(&self) -> Option<Timestamp> {
        self.next_runs.first()?.parse().ok()
    }
}
