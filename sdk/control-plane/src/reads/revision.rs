//! Revisions: the number of the newest line of the audit log, which grows with every change.

use axum::http::HeaderMap;
use sqlx::{Any, Executor};

use crate::http::problem::Problem;

/// The revision a copy of the database is at.
pub(super) async fn newest(executor: impl Executor<'_, Database = Any>) -> Result<i64, sqlx::Error> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(seq) FROM audit_logs").fetch_one(executor).await?;
    Ok(newest.unwrap_or_default())
}

/// The revision that an answer has to show at least.
pub(super) fn wanted(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("sparki-min-revision") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse::<i64>().ok()).filter(|number| *number >= 0);
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(Problem::malformed(
            "Sparki-Min-Revision has to be the number from a Sparki-Revision, unchanged.",
        )),
    }
}
