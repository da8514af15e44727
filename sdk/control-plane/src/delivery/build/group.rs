//! Builds that exclude each other: which one goes, and which one goes next.

use jiff::Timestamp;
use serde_json::json;

use crate::{
    database::Connection,
    delivery::{
        build::{Build, BuildStatus, work},
        pipeline::OnConflict,
    },
    http::problem::Problem,
    object::standing::Standing,
    work::hasten,
};

/// Cancels what a build that was just stored does not wait for.
pub(super) async fn make_room(
    connection: &mut Connection,
    build: &Build,
    id: &str,
    now: &str,
) -> Result<(), Problem> {
    let (Some(group), Some(on_conflict)) = (&build.concurrency_group, build.on_conflict) else {
        return Ok(());
    };
    let sql = match on_conflict {
        OnConflict::Queue => return Ok(()),
        OnConflict::Cancel => {
            "SELECT id FROM builds WHERE project_id = $1 AND concurrency_group = $2 AND id <> $3 \
             AND status IN ('queued', 'running') ORDER BY created_at, id"
        }
        OnConflict::CancelQueued => {
            "SELECT id FROM builds WHERE project_id = $1 AND concurrency_group = $2 AND id <> $3 \
             AND status = 'queued' ORDER BY created_at, id"
        }
    };
    let others: Vec<String> = sqlx::query_scalar(sql)
        .bind(build.project_id.to_string())
        .bind(group)
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
    for other in others {
        let Some(mut other) = Standing::<Build>::find(connection, &other).await? else { continue };
        other.object.status = BuildStatus::Canceled;
        other.object.completed_at = Some(now.to_owned());
        other.object.reason = Some(format!("Canceled for a newer build of the group {group}."));
        work::record(connection, &mut other, "canceled", now).await?;
    }
    Ok(())
}

/// Whether a build has to wait: another of its group is under way, or came before it.
pub(super) async fn is_held(connection: &mut Connection, id: &str) -> Result<bool, sqlx::Error> {
    let before: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM builds own JOIN builds other ON other.project_id = own.project_id \
         AND other.concurrency_group = own.concurrency_group AND other.id <> own.id \
         WHERE own.id = $1 AND (other.status = 'running' \
         OR (other.status = 'queued' AND (other.created_at, other.id) < (own.created_at, own.id))) LIMIT 1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(before.is_some())
}

/// Lets the next of a group go when a build has ended.
pub(super) async fn call_next(
    connection: &mut Connection,
    build: &Build,
    now: &str,
) -> Result<(), sqlx::Error> {
    let Some(group) = &build.concurrency_group else { return Ok(()) };
    let next: Option<String> = sqlx::query_scalar(
        "SELECT id FROM builds WHERE project_id = $1 AND concurrency_group = $2 AND status = 'queued' \
         ORDER BY created_at, id LIMIT 1",
    )
    .bind(build.project_id.to_string())
    .bind(group)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(next) = next else { return Ok(()) };
    let at: Timestamp = now.parse().expect("the server writes times that can be read");
    hasten(connection, work::JOB, &json!({"build_id": next}), at).await
}
