//! What there is to see of a secret.

use std::collections::HashMap;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::SecretsmanagerSecretModel;
use crate::operation;

/// What one operation on Secrets Manager needs.
pub(super) type Session<'a> = operation::Session<'a, Client>;

/// A secret, but for its value.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) secret: DescribeSecretOutput,
    pub(super) policy: Option<String>,
}

/// Looks at a secret; `None` if it does not exist or waits for its deletion.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    name: &str,
) -> Result<Option<Found>, RemoteError> {
    let secret = session.send(Consistency::Propagation, doing, || described(session, name)).await?;
    let secret = secret.map_err(|error| error.reading(doing))?.filter(is_live);
    let Some(secret) = secret else { return Ok(None) };
    let send = || async {
        session.client.get_resource_policy().secret_id(name).send().await.map_err(AwsError::from)
    };
    let policy = match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => answer.resource_policy.filter(|policy| !policy.is_empty()),
        // A replica has the policy of the secret that it is a copy of.
        Err(_) if is_replica(&secret, session) => None,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error.reading(doing)),
    };
    Ok(Some(Found { secret, policy }))
}

/// Looks at a secret in one request, be it about to be deleted or not.
pub(super) async fn described(
    session: &Session<'_>,
    name: &str,
) -> Result<Option<DescribeSecretOutput>, AwsError> {
    match session.client.describe_secret().secret_id(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a secret does not wait for its deletion.
pub(super) fn is_live(secret: &DescribeSecretOutput) -> bool {
    secret.deleted_date().is_none()
}

/// Whether a secret is the one in the state, and not another one of its name: AWS gives each an ARN with an end of its own.
pub(super) fn is_the_same(secret: &DescribeSecretOutput, state: &SecretsmanagerSecretModel) -> bool {
    state.arn.known().is_none_or(|arn| secret.arn() == Some(arn.as_str()))
}

/// Whether it is a copy of a secret of another region.
pub(super) fn is_replica(secret: &DescribeSecretOutput, session: &Session<'_>) -> bool {
    secret.primary_region().is_some_and(|region| region != session.region.as_str())
}

/// The tags of a secret.
pub(super) fn tags_of(secret: &DescribeSecretOutput) -> HashMap<String, String> {
    let tags = secret.tags().iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone()?)));
    tags.collect()
}
