//! The job that waits for the times of a schedule.

use serde_json::Value;

use crate::{
    app::App,
    audit::Actor,
    clock::stamp,
    database::Connection,
    delivery::{
        build::Build,
        pipeline_schedule::{
            model::{LastRun, PipelineSchedule},
            store::{self, Found},
        },
    },
    http::problem::Problem,
    object::id::Id,
    work::{Job, Outcome},
};

/// The kind of the jobs that wait for schedules. Each schedule has one that does something.
pub(crate) const JOB: &str = "pipeline_schedule";

pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let id = job.text("schedule_id");
    let turn = job.payload.get("turn").and_then(Value::as_i64).unwrap_or_default();
    let now = app.settings.clock.now();
    let mut transaction = app.database.write().await?;
    let Some(mut found) = store::find(&mut transaction, id, turn).await? else { return Ok(Outcome::Done) };
    let due = found.schedule.next_run();
    let (Some(due), Some(times)) = (due, found.schedule.times()) else { return Ok(Outcome::Done) };
    if now < due {
        return Ok(Outcome::Again { at: due });
    }
    let due_at = stamp(times.latest(due, now));
    found.schedule.last_run = Some(match build(&mut transaction, &found, &stamp(now)).await? {
        Ok(build_id) => LastRun { due_at, build_id: Some(build_id), reason: None },
        Err(reason) => LastRun { due_at, build_id: None, reason: Some(reason) },
    });
    found.schedule.look_ahead(now);
    let next = found.schedule.next_run();
    found.write(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(next.map_or(Outcome::Done, |at| Outcome::Again { at }))
}

/// Asks for a build, or says why there is none.
async fn build(
    connection: &mut Connection,
    found: &Found,
    now: &str,
) -> Result<Result<Id<Build>, String>, Problem> {
    let PipelineSchedule { pipeline_id, name, branch, .. } = &found.schedule;
    let Some(source) = store::source(connection, &pipeline_id.to_string()).await? else {
        return Ok(Err("The project was archived.".to_owned()));
    };
    if !source.enabled {
        return Ok(Err("The pipeline is disabled.".to_owned()));
    }
    let branch = branch.clone().unwrap_or(source.default_branch);
    let Some(commit_sha) = store::newest_commit(connection, &source.project_id, &branch).await? else {
        return Ok(Err(format!("No build has said yet which commit {branch} is at.")));
    };
    let actor = Actor { id: None, name: format!("schedule {name}") };
    let mut build = Build::scheduled(*pipeline_id, commit_sha, branch);
    build.settle(connection, actor, now).await?;
    let id = Id::<Build>::generate();
    build.store(connection, (&found.workspace_id, &id.to_string()), now).await?;
    Ok(Ok(id))
}
