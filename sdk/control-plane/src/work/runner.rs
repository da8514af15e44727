//! Doing jobs, several at a time, until the server stops.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    app::App,
    http::correlation::Origin,
    region::Standing,
    work::{
        Job, Outcome,
        claim::{self, LEASE},
        registry,
    },
};

/// Longest pause between two attempts of a job that fails.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// Does jobs one after another until the server stops; start several for several at a time.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let claimant = Uuid::now_v7().to_string();
    while !stop.is_cancelled() {
        match next(&app, &claimant).await {
            Ok(Some(job)) => {
                do_job(&app, &claimant, job).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(component = "work", error = %error, "jobs could not be looked for"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(app.settings.poll_interval) => {}
        }
    }
}

/// The next job, in the region that takes changes; doing a job is one.
async fn next(app: &App, claimant: &str) -> Result<Option<Job>, sqlx::Error> {
    let now = app.settings.clock.now();
    if !claim::is_due(&app.database, now).await?
        || app.region.standing(&app.database).await? != Standing::Primary
    {
        return Ok(None);
    }
    claim::claim(&app.database, claimant, now).await
}

async fn do_job(app: &App, claimant: &str, job: Job) {
    let origin = Origin::of_job(&job.correlation_id);
    let work = async {
        let (outcome, error) = tokio::select! {
            done = attempt(app, &job) => done,
            () = keep(app, claimant, &job) => {
                tracing::warn!(component = "work", job = job.id, kind = job.kind, "another server took a job over");
                return;
            }
        };
        if let Err(error) = claim::settle(&app.database, claimant, &job, outcome, error.as_deref()).await {
            // The claim runs out and the job is done again, which it has to bear.
            tracing::error!(component = "work", job = job.id, error = %error, "a job could not be settled");
        }
    };
    origin.scope(work).await;
}

/// Does a job; a failure or a panic is tried again later.
async fn attempt(app: &App, job: &Job) -> (Outcome, Option<String>) {
    let Some(worker) = registry::worker(&job.kind) else {
        // A newer server wrote it and may be the one to do it.
        return again(app, job, format!("this server knows no job of the kind {:?}", job.kind));
    };
    match AssertUnwindSafe((worker.work)(app.clone(), job.clone())).catch_unwind().await {
        Ok(Ok(outcome)) => (outcome, None),
        Ok(Err(problem)) => again(app, job, problem.detail().to_owned()),
        Err(_) => again(app, job, "the job panicked".to_owned()),
    }
}

fn again(app: &App, job: &Job, error: String) -> (Outcome, Option<String>) {
    tracing::warn!(
        component = "work",
        job = job.id,
        kind = job.kind,
        attempts = job.attempts,
        error,
        "a job failed"
    );
    let at = app.settings.clock.now() + pause(job.attempts);
    (Outcome::Again { at }, Some(error))
}

/// One second, doubled with each attempt.
fn pause(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or_default();
    SignedDuration::from_secs(1 << doublings).min(LONGEST_PAUSE)
}

/// Renews the claim as long as it can; returns when somebody else has the job.
async fn keep(app: &App, claimant: &str, job: &Job) {
    let third = Duration::try_from(LEASE).unwrap_or_default() / 3;
    loop {
        tokio::time::sleep(third).await;
        let now: Timestamp = app.settings.clock.now();
        match claim::renew(&app.database, claimant, job, now).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(component = "work", error = %error, "a claim could not be renewed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        assert_eq!([0, 1, 5].map(|attempts| pause(attempts).as_secs()), [1, 2, 32]);
        assert_eq!(pause(60), LONGEST_PAUSE);
    }
}
