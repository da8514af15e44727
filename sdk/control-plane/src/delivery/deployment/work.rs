//! The job that carries a deployment forward, step by step, until it ends or has to wait.

use std::time::Duration;

use jiff::SignedDuration;

use crate::{
    app::App,
    delivery::{
        adapter::{self, Performed, Task},
        deployment::{
            measure::measure,
            model::Deployment,
            turn::{Left, begin, finish},
        },
    },
    events::Woken,
    http::problem::Problem,
    object::standing::read_document,
    work::{Job, Outcome},
};

/// The kind of the jobs that deployments are. There is one for each deployment, from its start to its end.
pub(crate) const JOB: &str = "deployment";
/// How long whoever works sleeps at most before looking whether the work is still wanted.
const LOOK: Duration = Duration::from_secs(30);

pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let id = job.text("deployment_id");
    loop {
        let left = match begin(&app, id).await? {
            Left::Task(task) => match perform(&app, &task).await? {
                Some(performed) => finish(&app, &task, &performed).await?,
                None => Left::More,
            },
            left @ (Left::Nothing | Left::More | Left::Later(_)) => left,
        };
        match left {
            Left::Nothing => {
                measure(&app, id).await?;
                return Ok(Outcome::Done);
            }
            Left::More | Left::Task(_) => {}
            Left::Later(seconds) => {
                let at = app.settings.clock.now() + SignedDuration::from_secs(seconds);
                return Ok(Outcome::Again { at });
            }
        }
    }
}

/// Does what a step asks for; `None` if the deployment is canceled meanwhile. What was started ends with it.
async fn perform(app: &App, task: &Task) -> Result<Option<Performed>, Problem> {
    tokio::select! {
        performed = adapter::perform(app, task) => Ok(Some(performed)),
        unwanted = unwanted(app, &task.deployment_id) => unwanted.map(|()| None),
    }
}

/// Returns once the deployment is to be canceled.
async fn unwanted(app: &App, id: &str) -> Result<(), Problem> {
    let mut listener = app.pulse.listener();
    loop {
        let mut connection = app.database.reader().acquire().await?;
        let deployment: Option<Deployment> = read_document(&mut connection, "deployments", id).await?;
        drop(connection);
        if deployment.is_none_or(|deployment| deployment.cancel_requested) {
            return Ok(());
        }
        if listener.wait(LOOK).await == Woken::Stopping {
            // Work that is under way may finish while the server stops.
            std::future::pending::<()>().await;
        }
    }
}
