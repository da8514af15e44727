//! What metrics are told of a deployment once its job is done.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    app::App,
    database::Connection,
    delivery::{
        deployment::{machine::Status, model::Deployment, store},
        environment::Environment,
    },
    document::choice::word_of,
    http::problem::Problem,
    object::standing::read_document,
};

/// Counts a deployment that has ended.
pub(super) async fn measure(app: &App, id: &str) -> Result<(), Problem> {
    let mut connection = app.database.reader().acquire().await?;
    let Some(deployment) = store::load(&mut connection, id).await?.map(|deployment| deployment.object) else {
        return Ok(());
    };
    let environment_id = deployment.environment_id.to_string();
    let environment: Option<Environment> =
        read_document(&mut connection, "environments", &environment_id).await?;
    let (Some(environment), Some(target)) = (environment, deployment.targets.first()) else { return Ok(()) };
    let (stage, platform) = (word_of(environment.tier), word_of(target.platform));
    let time = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Timestamp>().ok());
    if let (Some(from), Some(to)) = (time(&deployment.started_at), time(&deployment.completed_at)) {
        let took = Duration::try_from(to.duration_since(from)).unwrap_or_default();
        app.metrics.deployment_ended(stage, platform, took);
    }
    if deployment.status == Status::Success {
        app.metrics.deployment_succeeded(stage, platform);
        if deployment.rollback_of.is_some() {
            app.metrics.deployment_rolled_back(&reason(&mut connection, &deployment).await?);
        }
    }
    Ok(())
}

/// Why a deployment was undone: what it failed of, or that somebody wanted it.
async fn reason(connection: &mut Connection, rollback: &Deployment) -> Result<String, Problem> {
    let undone = match rollback.rollback_of {
        None => None,
        Some(id) => store::load(connection, &id.to_string()).await?,
    };
    let failure = undone.and_then(|undone| undone.object.failure);
    Ok(failure.map_or("requested", |failure| word_of(failure.cause)).to_owned())
}
