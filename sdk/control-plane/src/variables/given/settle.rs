//! Finding out what holds in an environment for deployments, and opening its secrets.

use std::collections::BTreeMap;

use crate::{
    database::Connection,
    delivery::environment::{ENVIRONMENT, Environment},
    http::problem::Problem,
    object::{id::Id, standing::read_document},
    variables::{
        given::{Configuration, Given, Values, store},
        resolved::{Location, Resolved, nearest},
        scope::Availability,
        secret::{SECRET, scope_of},
    },
    vault::{Place, Vault},
};

/// What deployments to an environment are given now, if there is one.
pub(crate) async fn configuration_of(
    connection: &mut Connection,
    workspace_id: &str,
    environment_id: Id<Environment>,
) -> Result<Configuration, Problem> {
    let found = for_deployments(connection, workspace_id, &environment_id.to_string()).await?;
    Ok(found.iter().map(|(name, resolved)| (name.clone(), Given::of(resolved))).collect())
}

/// Settles what a deployment is given, and keeps it; answers with the name of a secret that does not open, if one does not.
/// Secrets whose values are kept somewhere else are left to whoever fetches them there.
pub(crate) async fn settle(
    connection: &mut Connection,
    vault: &Vault,
    deployment: (&str, &str),
    environment_id: Id<Environment>,
) -> Result<Option<String>, Problem> {
    let (workspace_id, _) = deployment;
    let found = for_deployments(connection, workspace_id, &environment_id.to_string()).await?;
    let mut values = Values::default();
    for (name, resolved) in &found {
        if let Some(value) = &resolved.content.value {
            values.variables.insert(name.clone(), value.clone());
            continue;
        }
        let source = &resolved.source;
        let place = Place {
            kind: SECRET.kind,
            workspace_id,
            scope: &scope_of(source.field, &source.scope_id),
            id: &source.id,
            key: name,
        };
        match vault.secret_of(connection, SECRET.table, &place).await? {
            Ok(None) => {}
            Ok(Some(value)) => {
                values.secrets.insert(name.clone(), value.as_str().to_owned());
            }
            Err(error) => {
                tracing::error!(component = "vault", secret = source.id, error = %error, "a secret does not open");
                return Ok(Some(name.clone()));
            }
        }
    }
    let configuration = found.iter().map(|(name, resolved)| (name.clone(), Given::of(resolved))).collect();
    store::keep(connection, vault, deployment, (&configuration, &values)).await?;
    Ok(None)
}

/// What holds in an environment and is not for builds alone.
async fn for_deployments(
    connection: &mut Connection,
    workspace_id: &str,
    environment_id: &str,
) -> Result<BTreeMap<String, Resolved>, Problem> {
    let environment: Option<Environment> =
        read_document(connection, ENVIRONMENT.table, environment_id).await?;
    let Some(environment) = environment else { return Ok(BTreeMap::new()) };
    let project_id = environment.project_id.to_string();
    let place = Location { environment: environment_id, project: &project_id, workspace: workspace_id };
    let mut found = nearest(connection, &place).await?;
    found.retain(|_, resolved| match resolved.content.availability {
        Availability::Deploy | Availability::Both => true,
        Availability::Build => false,
    });
    Ok(found)
}
