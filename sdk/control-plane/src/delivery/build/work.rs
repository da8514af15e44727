//! A build's work in the background, in two steps: it starts, and it ends.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::{
    app::App,
    audit::Actor,
    clock::stamp,
    database::Connection,
    delivery::build::{
        Build, BuildStatus,
        group::{call_next, is_held},
        model::LOG,
        simulation::{artifact, simulate},
    },
    document::choice::word_of,
    http::problem::Problem,
    object::standing::{Revision, Standing, read_document},
    operation::{self, Progress},
    work::{Job, Outcome},
};

/// The kind of the jobs that builds are.
pub(crate) const JOB: &str = "build";
/// How often a build that waits for others looks for itself, should nobody have called it.
const POLL: SignedDuration = SignedDuration::from_secs(30);

pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let id = job.text("build_id");
    loop {
        let time = app.settings.clock.now();
        let now = stamp(time);
        let mut transaction = app.database.write().await?;
        // A pipeline that is deleted takes its builds along.
        let Some(mut build) = Standing::<Build>::find(&mut transaction, id).await? else {
            return Ok(Outcome::Done);
        };
        let happened = match build.object.status {
            BuildStatus::Queued if is_held(&mut transaction, id).await? => {
                return Ok(Outcome::Again { at: time + POLL });
            }
            BuildStatus::Queued => {
                build.object.status = BuildStatus::Running;
                build.object.started_at = Some(now.clone());
                "started"
            }
            BuildStatus::Running => finish(&mut transaction, &mut build, &now).await?,
            BuildStatus::Success | BuildStatus::Failed | BuildStatus::Canceled => return Ok(Outcome::Done),
        };
        record(&mut transaction, &mut build, happened, &now).await?;
        let source = source(&mut transaction, &build.object).await?;
        transaction.commit().await?;
        measure(&app, &build.object, &source);
    }
}

async fn finish(
    connection: &mut Connection,
    build: &mut Standing<Build>,
    now: &str,
) -> Result<&'static str, Problem> {
    let simulated = simulate(&build.object.steps);
    LOG.append(connection, &build.id, &simulated.lines, now).await?;
    build.object.steps = simulated.steps;
    build.object.completed_at = Some(now.to_owned());
    build.object.reason = simulated.failure;
    if build.object.reason.is_some() {
        build.object.status = BuildStatus::Failed;
        return Ok("failed");
    }
    let slug = source(connection, &build.object).await?.slug;
    build.object.status = BuildStatus::Success;
    build.object.artifacts = vec![artifact(&build.object, &slug)];
    Ok("succeeded")
}

/// What a build is of.
#[derive(Debug, Default, Deserialize)]
struct Source {
    slug: String,
    framework: Option<String>,
}

async fn source(connection: &mut Connection, build: &Build) -> Result<Source, Problem> {
    Ok(read_document(connection, "projects", &build.project_id.to_string()).await?.unwrap_or_default())
}

/// Counts a build that has ended.
fn measure(app: &App, build: &Build, source: &Source) {
    let time = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Timestamp>().ok());
    let (Some(from), Some(to)) = (time(&build.started_at), time(&build.completed_at)) else { return };
    let framework = source.framework.as_deref().unwrap_or("unknown");
    let took = Duration::try_from(to.duration_since(from)).unwrap_or_default();
    app.metrics.build_ended(&source.slug, framework, took);
    if build.status == BuildStatus::Success {
        app.metrics.build_succeeded(&source.slug, framework);
    }
}

/// Writes what has become of a build, and tells whoever waits for it.
pub(super) async fn record(
    connection: &mut Connection,
    build: &mut Standing<Build>,
    happened: &str,
    now: &str,
) -> Result<i64, Problem> {
    let actor = build.object.requested_by.clone().unwrap_or_else(Actor::server);
    let revision = build.write(connection, &Revision { actor: &actor, happened, now }).await?;
    let status = build.object.status;
    let outcome = match status {
        BuildStatus::Queued | BuildStatus::Running => operation::Outcome::Running,
        BuildStatus::Success => operation::Outcome::Succeeded,
        BuildStatus::Failed => operation::Outcome::Failed,
        BuildStatus::Canceled => operation::Outcome::Canceled,
    };
    if let Some(operation_id) = build.object.operation_id {
        let progress = Progress { outcome, stage: word_of(status), reason: build.object.reason.as_deref() };
        operation::report(connection, &operation_id.to_string(), &progress, now).await?;
    }
    match status {
        BuildStatus::Queued | BuildStatus::Running => {}
        BuildStatus::Success | BuildStatus::Failed | BuildStatus::Canceled => {
            call_next(connection, &build.object, now).await?;
        }
    }
    Ok(revision)
}
