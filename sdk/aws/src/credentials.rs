//! Credentials: where they come from, and what to say when there are none.

use aws_credential_types::Credentials;
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

    #[test]
    fn keys_are_never_shown() {
        let keys = Keys::new("AKIDEXAMPLE".into(), "hunter2".into()).with_session_token("token".into());
        let shown = format!("{keys:?}");
        assert!(!shown.contains("AKIDEXAMPLE") && !shown.contains("hunter2") && !shown.contains("\"token\""));
    }
}
