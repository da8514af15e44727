//! The SQL of what deployments are given.

use serde_json::json;

use crate::{
    app::App,
    database::Connection,
    delivery::deployment::DEPLOYMENT,
    http::problem::Problem,
    settings::Secret,
    variables::given::{Configuration, Values},
    vault::{Material, Place, Unreadable, Vault},
};

/// The name of the values in their place.
const VALUES: &str = "values";

/// Keeps what a deployment is given; the values of it sealed.
pub(super) async fn keep(
    connection: &mut Connection,
    vault: &Vault,
    deployment: (&str, &str),
    given: (&Configuration, &Values),
) -> Result<(), Problem> {
    let (_, id) = deployment;
    let (configuration, values) = given;
    sqlx::query("UPDATE deployments SET configuration = $1 WHERE id = $2")
        .bind(json!(configuration).to_string())
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let text = serde_json::to_string(values).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let place = Place::in_workspace(&DEPLOYMENT, deployment, VALUES);
    Ok(Material::Fresh(Secret::new(text)).store(connection, DEPLOYMENT.table, &place, vault).await?)
}

/// Forgets the values that a deployment was given. What they were called and their fingerprints stay.
pub(crate) async fn forget(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE deployments SET sealed = NULL, sealed_by = NULL WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The values that a deployment was given.
pub(crate) async fn values(
    app: &App,
    deployment: (&str, &str),
) -> Result<Result<Values, Unreadable>, sqlx::Error> {
    let place = Place::in_workspace(&DEPLOYMENT, deployment, VALUES);
    let mut connection = app.database.reader().acquire().await?;
    match app.vault.secret_of(&mut connection, DEPLOYMENT.table, &place).await? {
        Err(unreadable) => Ok(Err(unreadable)),
        Ok(None) => Ok(Ok(Values::default())),
        Ok(Some(text)) => {
            let values = serde_json::from_str(&text);
            Ok(Ok(values.map_err(|error| sqlx::Error::Decode(error.into()))?))
        }
    }
}

/// What a deployment was given; `None` if nobody has noted it.
pub(crate) async fn ran_with(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<Configuration>, Problem> {
    let text: Option<Option<String>> =
        sqlx::query_scalar("SELECT configuration FROM deployments WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    let parsed = text.flatten().map(|text| serde_json::from_str(&text)).transpose();
    Ok(parsed.map_err(|error| sqlx::Error::Decode(error.into()))?)
}
