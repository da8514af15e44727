//! Letting waiting deployments go, as many at once as their environment has room for.

use serde_json::json;

use crate::{
    app::App,
    clock::stamp,
    database::Connection,
    delivery::{
        deployment::{machine::Event, store, turn::record, work::JOB as DEPLOYMENT_JOB},
        environment::Environment,
    },
    http::problem::Problem,
    object::standing::read_document,
    work::{Job, Outcome, enqueue},
};

/// The kind of the jobs that look whether a deployment may go.
pub(crate) const JOB: &str = "deployment_dispatch";

/// Has somebody look whether deployments to an environment may go: one was added, one has ended, or there is more room.
pub(crate) async fn call_dispatcher(
    connection: &mut Connection,
    environment_id: &str,
    now: &str,
) -> Result<(), Problem> {
    let due_at = now.parse().expect("the server writes times that can be read");
    Ok(enqueue(connection, JOB, &json!({"environment_id": environment_id}), due_at).await?)
}

/// Lets deployments go until the environment is full. Looking twice does no harm: each turn counts anew.
pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let environment_id = job.text("environment_id");
    loop {
        let time = app.settings.clock.now();
        let now = stamp(time);
        let mut transaction = app.database.write().await?;
        let environment: Option<Environment> =
            read_document(&mut transaction, "environments", environment_id).await?;
        let Some(environment) = environment else { return Ok(Outcome::Done) };
        let (active, next) = store::queue(&mut transaction, environment_id).await?;
        let Some(next) = next.filter(|_| active < environment.deployment_concurrency) else {
            return Ok(Outcome::Done);
        };
        let Some(mut deployment) = store::load(&mut transaction, &next).await? else {
            return Ok(Outcome::Done);
        };
        deployment.object.move_by(Event::Start);
        deployment.object.started_at = Some(now.clone());
        // The waves of a promotion all go back to what was there before the first.
        if deployment.object.previous_deployment_id.is_none() {
            deployment.object.previous_deployment_id =
                environment.current_deployment.map(|current| current.id);
        }
        record(&mut transaction, &mut deployment, &now).await?;
        enqueue(&mut transaction, DEPLOYMENT_JOB, &json!({"deployment_id": next}), time).await?;
        transaction.commit().await?;
    }
}
