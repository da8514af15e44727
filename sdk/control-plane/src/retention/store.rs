//! The SQL of what is not kept any longer.

use serde::Deserialize;
use sqlx::AssertSqlSafe;

use crate::database::{Connection, Database, Statement};

/// Most objects that are removed at a time.
const BATCH: i64 = 200;

/// How many days a workspace keeps what.
#[derive(Debug, Deserialize)]
pub(super) struct Kept {
    pub(super) builds_days: i64,
    pub(super) logs_days: i64,
}

#[derive(Deserialize)]
struct Workspace {
    retention: Kept,
}

/// The workspace whose id comes next after one.
pub(super) async fn next_workspace(
    database: &Database,
    after: &str,
) -> Result<Option<(String, Kept)>, sqlx::Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT id, document FROM workspaces WHERE id > $1 ORDER BY id LIMIT 1")
            .bind(after)
            .fetch_optional(database.reader())
            .await?;
    let Some((id, document)) = row else { return Ok(None) };
    let workspace: Workspace =
        serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Some((id, workspace.retention)))
}

/// Removes the lines of some builds and deployments that ended before a time; answers with how many lines there were. Takes no
/// turn: no rule between objects asks for lines. Rows that another server works on are left to it.
pub(super) async fn remove_logs(
    database: &Database,
    workspace_id: &str,
    before: &str,
) -> Result<u64, sqlx::Error> {
    let mut removed = 0;
    for (objects, lines) in [("builds", "build_logs"), ("deployments", "deployment_logs")] {
        let sql = format!(
            "DELETE FROM {lines} WHERE subject_id IN (SELECT id FROM {objects} WHERE workspace_id = $1 \
             AND completed_at < $2 AND created_at < $2 AND EXISTS (SELECT 1 FROM {lines} l WHERE l.subject_id = {objects}.id) \
             ORDER BY id LIMIT $3{})",
            database.dialect().skip_locked()
        );
        let mut transaction = database.work().await?;
        let done = sqlx::query(AssertSqlSafe(sql))
            .bind(workspace_id)
            .bind(before)
            .bind(BATCH)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        removed += done.rows_affected();
    }
    Ok(removed)
}

/// Some builds that ended before a time and that nothing needs. A build that somebody reports says itself when it ended, so it has to
/// have been here for as long.
pub(super) async fn due_builds(
    database: &Database,
    workspace_id: &str,
    before: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = due(workspace_id, before);
    statement.push(" ORDER BY id LIMIT ").push_bind(BATCH);
    let ids: Vec<(String,)> = statement.fetch_all(database.reader()).await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Removes those of some builds that still are due, with their operations; answers with their ids.
pub(super) async fn remove_builds(
    connection: &mut Connection,
    (workspace_id, before): (&str, &str),
    candidates: &[String],
) -> Result<Vec<String>, sqlx::Error> {
    let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
    let mut statement = due(workspace_id, before);
    statement.push(" AND b.id IN (").push_list(&candidates).push(") ORDER BY id");
    let ids: Vec<(String,)> = statement.fetch_all(&mut *connection).await?;
    let ids: Vec<String> = ids.into_iter().map(|(id,)| id).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    let chosen: Vec<&str> = ids.iter().map(String::as_str).collect();
    for begin in [
        "DELETE FROM operations WHERE kind = 'build' AND resource_id IN (",
        "DELETE FROM builds WHERE id IN (",
    ] {
        let mut statement = Statement::new(begin);
        statement.push_list(&chosen).push(")");
        statement.execute(&mut *connection).await?;
    }
    Ok(ids)
}

/// What asks for builds that are due.
fn due(workspace_id: &str, before: &str) -> Statement {
    let mut statement = Statement::new("SELECT b.id FROM builds b WHERE b.workspace_id = ");
    statement.push_bind(workspace_id).push(" AND b.completed_at < ").push_bind(before);
    statement.push(" AND b.created_at < ").push_bind(before).push(
        " AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.build_id = b.id) \
         AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.build_id = b.id) \
         AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.project_id = b.project_id AND r.commit_sha = b.commit_sha) \
         AND EXISTS (SELECT 1 FROM builds n WHERE n.project_id = b.project_id \
         AND COALESCE(n.branch, '') = COALESCE(b.branch, '') AND (n.created_at, n.id) > (b.created_at, b.id))",
    );
    statement
}
