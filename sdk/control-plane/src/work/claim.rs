//! Claiming jobs, keeping claims, and letting go of them.

use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::stamp,
    database::{Database, Statement},
    work::{Job, Outcome},
};

/// How long a claim holds unless it is renewed: how long after a server's death others take its jobs over.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(30);

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    payload: String,
    attempts: i64,
    correlation_id: String,
}

/// Whether a job is due. Looking takes no turn, and mostly there is nothing.
pub(super) async fn is_due(database: &Database, now: Timestamp) -> Result<bool, sqlx::Error> {
    let due: Option<i64> = sqlx::query_scalar("SELECT 1 FROM jobs WHERE due_at <= $1 LIMIT 1")
        .bind(stamp(now))
        .fetch_optional(database.reader())
        .await?;
    Ok(due.is_some())
}

/// Claims one job that is due. A claimed job is due again when the claim runs out.
pub(super) async fn claim(
    database: &Database,
    claimant: &str,
    now: Timestamp,
) -> Result<Option<Job>, sqlx::Error> {
    let mut transaction = database.work().await?;
    let mut query =
        Statement::new("SELECT id, kind, payload, attempts, correlation_id FROM jobs WHERE due_at <= ");
    query.push_bind(stamp(now)).push(" ORDER BY due_at, id LIMIT 1").push(database.dialect().skip_locked());
    let Some(row) = query.fetch_optional::<Row>(&mut *transaction).await? else { return Ok(None) };
    sqlx::query("UPDATE jobs SET claimed_by = $1, due_at = $2, attempts = attempts + 1 WHERE id = $3")
        .bind(claimant)
        .bind(stamp(now + LEASE))
        .bind(&row.id)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    let payload = serde_json::from_str(&row.payload).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let Row { id, kind, attempts, correlation_id, .. } = row;
    Ok(Some(Job { id, kind, payload, attempts, correlation_id }))
}

/// Holds on to a claim for another while. `false` if somebody else has the job by now.
pub(super) async fn renew(
    database: &Database,
    claimant: &str,
    job: &Job,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let mut transaction = database.work().await?;
    let done = sqlx::query("UPDATE jobs SET due_at = $1 WHERE id = $2 AND claimed_by = $3")
        .bind(stamp(now + LEASE))
        .bind(&job.id)
        .bind(claimant)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(done.rows_affected() > 0)
}

/// Writes down what became of a job, unless somebody else has it by now.
pub(super) async fn settle(
    database: &Database,
    claimant: &str,
    job: &Job,
    outcome: Outcome,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    let mut transaction = database.work().await?;
    match outcome {
        Outcome::Done => {
            sqlx::query("DELETE FROM jobs WHERE id = $1 AND claimed_by = $2")
                .bind(&job.id)
                .bind(claimant)
                .execute(&mut *transaction)
                .await?;
        }
        Outcome::Again { at } => {
            // A job that went well starts counting anew: what it waits for may take long.
            let attempts = if error.is_some() { job.attempts + 1 } else { 0 };
            sqlx::query(
                "UPDATE jobs SET due_at = $1, attempts = $2, last_error = $3, claimed_by = NULL \
                 WHERE id = $4 AND claimed_by = $5",
            )
            .bind(stamp(at))
            .bind(attempts)
            .bind(error)
            .bind(&job.id)
            .bind(claimant)
            .execute(&mut *transaction)
            .await?;
        }
    }
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::work::enqueue;

    const START: &str = "2026-01-01T00:00:00Z";

    fn at(seconds: i64) -> Timestamp {
        START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    async fn with_job() -> Database {
        let database = Database::open("sqlite::memory:").await.unwrap();
        let mut transaction = database.write().await.unwrap();
        enqueue(&mut transaction, "paint", &json!({"colour": "red"}), at(0)).await.unwrap();
        transaction.commit().await.unwrap();
        database
    }

    #[tokio::test]
    async fn a_job_is_claimed_once_when_it_is_due() {
        let database = with_job().await;
        assert!(claim(&database, "a", at(-1)).await.unwrap().is_none());
        let job = claim(&database, "a", at(0)).await.unwrap().unwrap();
        assert_eq!((job.kind.as_str(), job.text("colour"), job.attempts), ("paint", "red", 0));
        assert!(claim(&database, "b", at(1)).await.unwrap().is_none());
        settle(&database, "a", &job, Outcome::Done, None).await.unwrap();
        assert!(claim(&database, "b", at(1000)).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_claim_that_is_not_renewed_runs_out_and_counts_no_more() {
        let database = with_job().await;
        let lost = claim(&database, "a", at(0)).await.unwrap().unwrap();
        assert!(renew(&database, "a", &lost, at(20)).await.unwrap());
        assert!(claim(&database, "b", at(49)).await.unwrap().is_none());
        let taken = claim(&database, "b", at(50)).await.unwrap().unwrap();
        assert_eq!((taken.id.as_str(), taken.attempts), (lost.id.as_str(), 1));
        assert!(!renew(&database, "a", &lost, at(51)).await.unwrap());
        // What the first one says about it now changes nothing.
        settle(&database, "a", &lost, Outcome::Done, None).await.unwrap();
        settle(&database, "b", &taken, Outcome::Again { at: at(60) }, Some("no paint")).await.unwrap();
        assert_eq!(claim(&database, "c", at(60)).await.unwrap().unwrap().attempts, 2);
    }
}
