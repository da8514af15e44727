//! The SQL only pipeline schedules need.

use serde_json::Value;

use crate::{
    database::Connection,
    delivery::pipeline_schedule::PipelineSchedule,
    document::{Document, canonical},
    http::problem::Problem,
};

/// A schedule as its job finds it.
pub(super) struct Found {
    pub(super) workspace_id: String,
    pub(super) schedule: PipelineSchedule,
    document: Document,
}

/// Counts the turns of a schedule: only the newest job of it does anything.
pub(super) async fn next_turn(connection: &mut Connection, id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("UPDATE pipeline_schedules SET turn = turn + 1 WHERE id = $1 RETURNING turn")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// The schedule, if it is still there and this is still its turn.
pub(super) async fn find(connection: &mut Connection, id: &str, turn: i64) -> Result<Option<Found>, Problem> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT workspace_id, document FROM pipeline_schedules WHERE id = $1 AND turn = $2")
            .bind(id)
            .bind(turn)
            .fetch_optional(connection)
            .await?;
    let Some((workspace_id, text)) = row else { return Ok(None) };
    let read = serde_json::from_str(&text).and_then(|schedule| Ok((schedule, serde_json::from_str(&text)?)));
    let (schedule, document) = read.map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Some(Found { workspace_id, schedule, document }))
}

impl Found {
    /// Writes what the server notes of the schedule, without a new version or tag.
    pub(super) async fn write(mut self, connection: &mut Connection, id: &str) -> Result<(), Problem> {
        let written =
            serde_json::to_value(&self.schedule).map_err(|error| sqlx::Error::Encode(error.into()))?;
        for name in ["next_runs", "last_run"] {
            self.document.insert(name.to_owned(), written[name].clone());
        }
        sqlx::query("UPDATE pipeline_schedules SET document = $1 WHERE id = $2")
            .bind(canonical::text(&Value::Object(self.document)))
            .bind(id)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// What a schedule builds.
pub(super) struct Source {
    pub(super) project_id: String,
    pub(super) default_branch: String,
    /// Whether the pipeline is enabled.
    pub(super) enabled: bool,
}

/// What builds of a pipeline are made from, unless its project was set aside.
pub(super) async fn source(
    connection: &mut Connection,
    pipeline_id: &str,
) -> Result<Option<Source>, Problem> {
    #[derive(serde::Deserialize)]
    struct OfProject {
        default_branch: String,
    }
    #[derive(serde::Deserialize)]
    struct OfPipeline {
        enabled: bool,
    }
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT p.id, p.document, t.document FROM pipelines t JOIN projects p ON p.id = t.project_id \
         WHERE t.id = $1 AND t.archived_at IS NULL AND p.archived_at IS NULL",
    )
    .bind(pipeline_id)
    .fetch_optional(connection)
    .await?;
    let Some((project_id, project, pipeline)) = row else { return Ok(None) };
    let read = serde_json::from_str(&project).and_then(|p| Ok((p, serde_json::from_str(&pipeline)?)));
    let (OfProject { default_branch }, OfPipeline { enabled }) =
        read.map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Some(Source { project_id, default_branch, enabled }))
}

/// The commit of the newest build of a branch, of whichever pipeline of the project.
pub(super) async fn newest_commit(
    connection: &mut Connection,
    project_id: &str,
    branch: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT commit_sha FROM builds WHERE project_id = $1 AND branch = $2 ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(project_id)
    .bind(branch)
    .fetch_optional(connection)
    .await
}
