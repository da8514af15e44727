//! Credentials: where they come from, and what to say when there are none.

use std::sync::{Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use sparki_core::Secret;

/// An access key of AWS.
#[derive(Clone, Debug)]
pub struct Keys {
    access_key: Secret<String>,
    secret_key: Secret<String>,
    session_token: Option<Secret<String>>,
}

impl Keys {
    /// A long-lived access key.
    #[must_use]
    pub fn new(access_key: Secret<String>, secret_key: Secret<String>) -> Self {
        Self { access_key, secret_key, session_token: None }
    }

    /// The token that belongs to a temporary access key.
    #[must_use]
    pub fn with_session_token(self, session_token: Secret<String>) -> Self {
        Self { session_token: Some(session_token), ..self }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(
            self.access_key.expose(),
            self.secret_key.expose(),
            self.session_token.as_ref().map(|token| token.expose().clone()),
            None,
            "sparki settings",
        )
    }
}

/// Credentials that were looked up already, and after them whatever their source says: a source may ask somebody, or take long,
/// so it is asked no more often than needed.
#[derive(Debug)]
pub(crate) struct LookedUp {
    first: Mutex<Option<Credentials>>,
    source: SharedCredentialsProvider,
}

impl LookedUp {
    pub(crate) fn new(first: Credentials, source: SharedCredentialsProvider) -> Self {
        Self { first: Mutex::new(Some(first)), source }
    }
}

impl ProvideCredentials for LookedUp {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(credentials) => future::ProvideCredentials::ready(Ok(credentials)),
            None => self.source.provide_credentials(),
        }
    }
}

/// What to tell a practitioner whose credentials could not be found; `reason` is what the last source said, if any
/// did.
pub(crate) fn advice(reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    let reason =
        if reason.is_empty() { String::new() } else { format!(" The last one asked says: {reason}.") };
    format!(
        "No usable AWS credentials were found.{reason} These are tried, in this order: \"access_key\" and \
         \"secret_key\" in the \"aws\" settings of the provider; the environment variables AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY; the profile in the AWS configuration files, with its single sign-on, role or process; \
         a web identity token; the role of the container; the role of the instance. Set one of them up, or run \
         \"aws sso login\" if the profile signs on that way."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_source_is_asked_again_only_for_the_second_time() {
        let keys = |id: &str| Keys::new(id.to_owned().into(), "hunter2".into()).credentials();
        let looked_up = LookedUp::new(keys("FIRST"), SharedCredentialsProvider::new(keys("LATER")));
        for expected in ["FIRST", "LATER", "LATER"] {
            let credentials = looked_up.provide_credentials().await.expect("there are some");
            assert_eq!(credentials.access_key_id(), expected);
        }
    }

    #[test]
    fn keys_are_never_shown() {
        let keys = Keys::new("AKIDEXAMPLE".into(), "hunter2".into()).with_session_token("token".into());
        let shown = format!("{keys:?}");
        assert!(!shown.contains("AKIDEXAMPLE") && !shown.contains("hunter2") && !shown.contains("\"token\""));
    }
}
