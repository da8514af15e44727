//! The SQL only promotions need.

use jiff::Timestamp;
use serde_json::json;

use crate::{
    database::Connection, http::problem::Problem, object::store::Dependent, promotion::process::work::JOB,
    work::enqueue,
};

/// Calls for a look at a promotion now; has to run in a turn. Looks that were called for before count no more.
pub(crate) async fn call(connection: &mut Connection, id: &str, now: &str) -> Result<(), Problem> {
    let at = now.parse().expect("the server writes times that can be read");
    call_at(connection, id, at).await
}

/// Calls for a look at a promotion at a time.
pub(super) async fn call_at(connection: &mut Connection, id: &str, at: Timestamp) -> Result<(), Problem> {
    let look: Option<i64> =
        sqlx::query_scalar("UPDATE promotions SET look = look + 1 WHERE id = $1 RETURNING look")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(look) = look {
        enqueue(connection, JOB, &json!({"promotion_id": id, "look": look}), at).await?;
    }
    Ok(())
}

/// Whether a look is the newest that was called for.
pub(super) async fn is_due(connection: &mut Connection, id: &str, look: i64) -> Result<bool, Problem> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT look FROM promotions WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(newest == Some(look))
}

/// The other promotions of an environment that have done nothing yet, oldest first.
pub(super) async fn waiting(
    connection: &mut Connection,
    environment_id: &str,
    except: &str,
) -> Result<Vec<String>, Problem> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM promotions WHERE environment_id = $1 AND id <> $2 \
         AND status IN ('planned', 'awaiting_gates', 'queued') ORDER BY created_at, id",
    )
    .bind(environment_id)
    .bind(except)
    .fetch_all(connection)
    .await?)
}

/// Whether another promotion has taken the environment.
pub(super) async fn is_taken(
    connection: &mut Connection,
    environment_id: &str,
    except: &str,
) -> Result<bool, Problem> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM promotions WHERE environment_id = $1 AND id <> $2 \
         AND status IN ('validating', 'deploying', 'paused', 'verifying', 'rolling_back') LIMIT 1",
    )
    .bind(environment_id)
    .bind(except)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// The promotions to an environment that have not ended; enough to say what is in the way.
pub(crate) async fn under_way(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Vec<Dependent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT 'promotion' AS kind, id, id AS name FROM promotions WHERE environment_id = $1 \
         AND completed_at IS NULL ORDER BY created_at, id LIMIT 20",
    )
    .bind(environment_id)
    .fetch_all(connection)
    .await
}
