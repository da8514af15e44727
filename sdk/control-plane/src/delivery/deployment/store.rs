//! The SQL only deployments need.

use crate::{
    database::Connection,
    delivery::deployment::{model::Deployment, target::Target},
    http::problem::Problem,
    object::{standing::Standing, store::Dependent},
};

/// A deployment with its targets, unless it is gone.
pub(super) async fn load(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<Standing<Deployment>>, Problem> {
    let Some(mut deployment) = Standing::<Deployment>::find(connection, id).await? else { return Ok(None) };
    let text: String = sqlx::query_scalar("SELECT targets FROM deployments WHERE id = $1")
        .bind(id)
        .fetch_one(connection)
        .await?;
    deployment.object.targets = parse(&text)?;
    Ok(Some(deployment))
}

/// Keeps the targets of a deployment that was just stored.
pub(super) async fn keep_targets(
    connection: &mut Connection,
    id: &str,
    targets: &[Target],
) -> Result<(), Problem> {
    let text = serde_json::to_string(targets).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("UPDATE deployments SET targets = $1 WHERE id = $2")
        .bind(text)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The deployment targets of an environment, in the order they are deployed to.
pub(crate) async fn targets(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Vec<Target>, Problem> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM deployment_targets WHERE environment_id = $1 AND archived_at IS NULL \
         ORDER BY created_at, id",
    )
    .bind(environment_id)
    .fetch_all(connection)
    .await?;
    let mut targets: Vec<Target> = rows.iter().map(|text| parse(text)).collect::<Result<_, _>>()?;
    targets.sort_by_key(|target| target.order);
    Ok(targets)
}

/// The deployments of an environment that succeeded with every health check passing, newest first.
pub(super) async fn verified(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Vec<(String, Deployment)>, Problem> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, document FROM deployments WHERE environment_id = $1 AND status = 'success' AND health = 'passing' \
         ORDER BY completed_at DESC, id DESC LIMIT 20",
    )
    .bind(environment_id)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(id, text)| Ok((id, parse(&text)?))).collect()
}

/// The deployments of an environment that were started after a time, whatever became of them.
pub(super) async fn since(
    connection: &mut Connection,
    environment_id: &str,
    time: &str,
) -> Result<Vec<Deployment>, Problem> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM deployments WHERE environment_id = $1 AND started_at >= $2 AND status <> 'canceled'",
    )
    .bind(environment_id)
    .bind(time)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|text| parse(text)).collect()
}

/// How many deployments an environment runs, and the one whose turn is next: rollbacks first, then in the order they came.
pub(super) async fn queue(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<(i64, Option<String>), sqlx::Error> {
    let active: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM deployments WHERE environment_id = $1 \
         AND status IN ('validating', 'deploying', 'health_check')",
    )
    .bind(environment_id)
    .fetch_one(&mut *connection)
    .await?;
    let next: Option<String> = sqlx::query_scalar(
        "SELECT id FROM deployments WHERE environment_id = $1 AND status = 'pending' \
         ORDER BY CASE WHEN rollback_of IS NULL THEN 1 ELSE 0 END, created_at, id LIMIT 1",
    )
    .bind(environment_id)
    .fetch_optional(connection)
    .await?;
    Ok((active, next))
}

/// The deployments in which `column` has this id and that have not ended; enough to say what is in the way.
pub(crate) async fn under_way(
    connection: &mut Connection,
    column: UnderWay<'_>,
) -> Result<Vec<Dependent>, sqlx::Error> {
    let (sql, id) = match column {
        UnderWay::Of(id) => (
            "SELECT 'deployment' AS kind, id, id AS name FROM deployments WHERE release_id = $1 \
             AND completed_at IS NULL ORDER BY created_at, id LIMIT 20",
            id,
        ),
        UnderWay::To(id) => (
            "SELECT 'deployment' AS kind, id, id AS name FROM deployments WHERE environment_id = $1 \
             AND completed_at IS NULL ORDER BY created_at, id LIMIT 20",
            id,
        ),
    };
    sqlx::query_as(sql).bind(id).fetch_all(connection).await
}

/// Which deployments are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum UnderWay<'a> {
    /// Those of a release.
    Of(&'a str),
    /// Those to an environment.
    To(&'a str),
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    Ok(serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))?)
}
