//! Adapters: how what a deployment decides reaches a platform.
//!
//! `custom` really calls and really looks ([`custom`]). The other platforms are simulated ([`simulated`]): nothing is executed
//! or called, what comes of a step follows from its text, and every line says so.

mod check;
mod custom;
mod script;
mod signature;
mod simulated;
mod task;
mod webhook;

use std::pin::Pin;

pub(crate) use task::{Performed, Task, Verdict};

use crate::{
    app::App,
    delivery::{
        adapter::{custom::Custom, simulated::Simulated},
        deployment::StepKind,
        deployment_target::{HealthCheck, ValidationScript},
        platform::Platform,
    },
};

/// Something being done for a step.
type Doing<'a> = Pin<Box<dyn Future<Output = Performed> + Send + 'a>>;

/// What a platform has to be able to do. Whatever it does may be done twice: a server may die before it writes down that
/// it was done.
trait Adapter: Send + Sync {
    /// Brings the release to the deployment target.
    fn deploy<'a>(&'a self, task: &'a Task) -> Doing<'a>;

    /// Looks once how the deployment target is.
    fn check<'a>(&'a self, task: &'a Task, check: &'a HealthCheck) -> Doing<'a>;

    /// Runs a validation script.
    fn validate<'a>(&'a self, task: &'a Task, script: &'a ValidationScript) -> Doing<'a>;
}

/// Does what a step asks for.
pub(crate) async fn perform(app: &App, task: &Task) -> Performed {
    let (custom, simulated) = (Custom { app: app.clone() }, Simulated);
    let adapter: &dyn Adapter = match task.target.platform {
        Platform::Custom => &custom,
        Platform::Kubernetes | Platform::Railway | Platform::Render | Platform::Flyio | Platform::Vercel => {
            &simulated
        }
    };
    match task.step.kind {
        // Those are looked at in the database.
        StepKind::Preconditions => Performed::good("There is nothing to do."),
        StepKind::Deploy => adapter.deploy(task).await,
        StepKind::HealthCheck => match task.target.health_checks.get(task.step.index) {
            Some(check) => adapter.check(task, check).await,
            None => Performed::good("The deployment target has no health checks."),
        },
        StepKind::PreDeploy | StepKind::PostDeploy => {
            match task.target.validation_scripts.get(task.step.index) {
                Some(script) => adapter.validate(task, script).await,
                None => Performed::bad("The script is gone."),
            }
        }
    }
}
