//! Choosing the adapter for a step, and what every adapter has to be able to do.

use std::pin::Pin;

use crate::{
    app::App,
    delivery::{
        adapter::{Performed, Task, custom::Custom, simulated::Simulated},
        deployment::StepKind,
        deployment_target::{HealthCheck, ValidationScript},
        platform::Platform,
    },
};

/// Something being done for a step.
pub(super) type Doing<'a> = Pin<Box<dyn Future<Output = Performed> + Send + 'a>>;

/// What a platform has to be able to do. Whatever it does may be done twice: a server may die before it writes down that
/// it was done.
pub(super) trait Adapter: Send + Sync {
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
