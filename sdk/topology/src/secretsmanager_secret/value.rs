//! The value of a secret. It goes from configuration, or from AWS's generator, to AWS, and nowhere else.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use sparki_aws::{AwsError, Consistency, Nonce};
use sparki_core::{RemoteError, RemoteErrorKind, Secret, Value};

use super::look::Session;
use super::{Generate, SecretsmanagerSecretModel, answer, requests};

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// From configuration.
    Given(&'a Secret<String>),
    /// From AWS.
    Generated(&'a Generate),
}

/// Where the value of a new secret comes from; nothing if somebody else puts it there.
pub(super) fn of_new(planned: &SecretsmanagerSecretModel) -> Option<Source<'_>> {
    match (planned.value_wo.known(), planned.generate.known()) {
        (Some(value), _) => Some(Source::Given(value)),
        (None, Some(generate)) => Some(Source::Generated(generate)),
        (None, None) => None,
    }
}

/// Where the next value comes from; nothing if the value stays. `has_value` is the id of the version that is there.
pub(super) fn of_changed<'a>(
    prior: &SecretsmanagerSecretModel,
    planned: &'a SecretsmanagerSecretModel,
    version: Option<&str>,
) -> Option<Source<'a>> {
    let source = of_new(planned)?;
    let is_new = match source {
        Source::Given(_) => prior.value_wo_version != planned.value_wo_version,
        Source::Generated(_) => {
            // After an import nothing is known of where the value came from, so it stays.
            let is_unknown = prior.generate == Value::Null && prior.value_wo_version == Value::Null;
            if is_unknown { version.is_none() } else { prior.generate != planned.generate }
        }
    };
    is_new.then_some(source)
}

/// How the value came about of a secret that was found when it was to be made, with this token. What AWS has made is as good
/// as another, if it is this attempt's and not that of a secret which was restored.
pub(super) fn of_found(
    found: &DescribeSecretOutput,
    token: &str,
    planned: &SecretsmanagerSecretModel,
) -> Value<Generate> {
    if answer::current(found) == Some(token) { planned.generate.clone() } else { of_another(planned) }
}

/// Another way of making the value than the planned one, so that the planned one counts as a change.
pub(super) fn of_another(planned: &SecretsmanagerSecretModel) -> Value<Generate> {
    planned.generate.known().map(|_| Generate::blank()).into()
}

impl Source<'_> {
    /// The value.
    pub(super) async fn value(
        self,
        session: &Session<'_>,
        doing: &str,
    ) -> Result<Secret<String>, RemoteError> {
        let generate = match self {
            Self::Given(value) => return Ok(value.clone()),
            Self::Generated(generate) => generate,
        };
        let request = requests::random(generate);
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let answer = session.send(Consistency::Propagation, doing, send).await?;
        let answer = answer.map_err(|error| error.reading(doing))?;
        answer.random_password.map(Secret::new).ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Garbled, doing).with_detail("AWS's answer has no value in it.")
        })
    }
}

/// Puts a new version of the value there, and returns its id.
pub(super) async fn put(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    value: &Secret<String>,
) -> Result<String, RemoteError> {
    let token = requests::token(&Nonce::random());
    let send = || async {
        let request = session.client.put_secret_value().secret_id(name).client_request_token(&token);
        request.secret_string(value.expose()).send().await.map_err(AwsError::from)
    };
    let answer = session.change_new(doing, send).await?;
    Ok(answer.version_id.unwrap_or(token))
}
