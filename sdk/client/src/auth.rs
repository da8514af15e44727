//! What is sent to prove who the client is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use sparki_core::Secret;
use tokio::sync::Mutex;

use crate::credentials::{ConfigError, Credential};
use crate::error::ClientError;
use crate::request::Request;

/// A token is renewed this long before it expires, or after four fifths of a shorter life, so that it does not
/// expire under way.
const MARGIN: Duration = Duration::from_secs(60);

/// A token that claims to live longer is renewed after a day all the same.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Proves who the client is; fetches and keeps short-lived tokens.
#[derive(Debug)]
pub(crate) struct Authenticator {
    credential: Credential,
    kept: Mutex<Kept>,
    /// Counts failed fetches, so that those who waited for one share its outcome.
    failures: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Token>,
    issued: u64,
    failure: Option<Arc<ClientError>>,
}

#[derive(Debug)]
struct Token {
    value: Secret<String>,
    renew_at: Instant,
}

/// One header that proves who the client is.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub(crate) name: HeaderName,
    pub(crate) value: Secret<String>,
    /// Which of the fetched tokens this is; `None` if the credential itself is sent.
    issue: Option<u64>,
}

/// The answer of `POST /auth/token`.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    access_token: String,
    /// Seconds; the contract's 15 min if it is missing.
    expires_in: Option<u64>,
}

impl TokenAnswer {
    /// How long the token is good for.
    pub(crate) fn life(&self) -> Duration {
        Duration::from_secs(self.expires_in.unwrap_or(900)).min(LONGEST_LIFE)
    }

    pub(crate) fn into_token(self) -> Secret<String> {
        Secret::new(self.access_token)
    }
}

impl Authenticator {
    pub(crate) fn new(credential: Credential) -> Result<Self, ConfigError> {
        let kind = match &credential {
            Credential::ApiKey(_) => "api_key",
            Credential::Token(_) => "token",
            Credential::ClientCredentials { .. } => "client_secret",
        };
        if credential.secret().is_empty() || HeaderValue::from_str(credential.secret()).is_err() {
            return Err(ConfigError::UnsendableCredential { kind });
        }
        Ok(Self { credential, kept: Mutex::default(), failures: AtomicU64::new(0) })
    }

    /// The secret part of the credential, which must not be shown.
    pub(crate) fn secret(&self) -> &str {
        self.credential.secret()
    }

    /// The request for a token, if this credential needs one.
    pub(crate) fn token_request(&self) -> Option<Request> {
        let Credential::ClientCredentials { client_id, client_secret } = &self.credential else {
            return None;
        };
        // Asking for a second token does no harm, so it may be repeated.
        Some(Request::post("/auth/token").read_only().json(&json!({
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret.expose(),
        })))
    }

    /// Returns a valid proof. Of all who need a new token at once, one fetches and the others wait for it.
    pub(crate) async fn prove<'a>(
        &self,
        now: Instant,
        fetch: impl FnOnce(Request) -> BoxFuture<'a, Result<TokenAnswer, ClientError>>,
    ) -> Result<Proof, Arc<ClientError>> {
        let request = match (&self.credential, self.token_request()) {
            (Credential::ApiKey(key), _) => return Ok(Proof::static_header("x-api-key", key.clone())),
            (Credential::Token(token), _) => {
                return Ok(Proof::static_header(AUTHORIZATION.as_str(), bearer(token)));
            }
            (Credential::ClientCredentials { .. }, request) => {
                request.expect("client credentials have a token request")
            }
        };
        let failures_before = self.failures.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| now < token.renew_at) {
            return Ok(Proof { name: AUTHORIZATION, value: bearer(&token.value), issue: Some(kept.issued) });
        }
        if self.failures.load(Ordering::Acquire) != failures_before
            && let Some(failure) = &kept.failure
        {
            return Err(Arc::clone(failure));
        }
        match fetch(request).await {
            Ok(answer) => {
                let life = answer.life();
                let value = answer.into_token();
                let proof = bearer(&value);
                kept.token = Some(Token { value, renew_at: now + (life - MARGIN.min(life / 5)) });
                kept.issued += 1;
                kept.failure = None;
                Ok(Proof { name: AUTHORIZATION, value: proof, issue: Some(kept.issued) })
            }
            Err(error) => {
                let own_affair = error.is_cancelled() || error.is_timeout();
                let error = Arc::new(error);
                if !own_affair {
                    kept.failure = Some(Arc::clone(&error));
                    self.failures.fetch_add(1, Ordering::Release);
                }
                Err(error)
            }
        }
    }

    /// Forgets the token that was refused, unless somebody has fetched another one since. Tells whether another
    /// proof can be had at all.
    pub(crate) async fn forget(&self, refused: &Proof) -> Renewal {
        let Some(issue) = refused.issue else { return Renewal::Impossible };
        let mut kept = self.kept.lock().await;
        if kept.issued == issue {
            kept.token = None;
        }
        Renewal::Possible
    }
}

/// Whether a refused proof can be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    Possible,
    Impossible,
}

impl Proof {
    fn static_header(name: &'static str, value: Secret<String>) -> Self {
        Self { name: HeaderName::from_static(name), value, issue: None }
    }

    /// The secret itself, without the scheme before it.
    pub(crate) fn bare(&self) -> &str {
        let value = self.value.expose().as_str();
        value.strip_prefix("Bearer ").unwrap_or(value)
    }
}

fn bearer(token: &Secret<String>) -> Secret<String> {
    Secret::new(format!("Bearer {}", token.expose()))
}
