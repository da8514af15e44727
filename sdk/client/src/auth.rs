//! What is sent to prove who the client is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use sparki_core::Secret;

use crate::credentials::{ConfigError, Credential};
use crate::error::{Cause, ClientError};
use crate::oidc::Oidc;
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
    /// Held by the one who fetches a token, while the others wait for it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Token>,
    issued: u64,
    /// Counts failed fetches, so that those who waited for one share its outcome.
    failures: u64,
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

/// How a credential is exchanged for a token.
pub(crate) enum Grant<'a> {
    /// With a secret of its own: this request does it.
    Secret(Box<Request>),
    /// With a token that the CI has to be asked for first.
    Identity(&'a Oidc),
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
            Credential::Oidc(oidc) => oidc.ci(),
        };
        if let Some(secret) = credential.secret()
            && (secret.is_empty() || HeaderValue::from_str(secret).is_err())
        {
            return Err(ConfigError::UnsendableCredential { kind });
        }
        Ok(Self { credential, kept: Mutex::default(), turn: tokio::sync::Mutex::default() })
    }

    /// The secret part of the credential, which must not be shown.
    pub(crate) fn secret(&self) -> Option<&str> {
        self.credential.secret()
    }

    /// The grant by which this credential is exchanged for tokens, if it is one that is.
    pub(crate) fn grant(&self) -> Option<Grant<'_>> {
        match &self.credential {
            Credential::ApiKey(_) | Credential::Token(_) => None,
            Credential::ClientCredentials { client_id, client_secret } => {
                // Asking for a second token does no harm, so it may be repeated.
                Some(Grant::Secret(Box::new(Request::post("/auth/token").read_only().json(&json!({
                    "grant_type": "client_credentials",
                    "client_id": client_id,
                    "client_secret": client_secret.expose(),
                })))))
            }
            Credential::Oidc(oidc) => Some(Grant::Identity(oidc)),
        }
    }

    /// Returns a valid proof. Of all who need a new token at once, one fetches and the others wait for it.
    pub(crate) async fn prove<'a>(
        &self,
        now: Instant,
        fetch: impl FnOnce() -> BoxFuture<'a, Result<TokenAnswer, ClientError>>,
    ) -> Result<Proof, Arc<ClientError>> {
        match &self.credential {
            Credential::ApiKey(key) => return Ok(Proof::static_header("x-api-key", key.clone())),
            Credential::Token(token) => {
                return Ok(Proof::static_header(AUTHORIZATION.as_str(), bearer(token)));
            }
            Credential::ClientCredentials { .. } | Credential::Oidc(_) => {}
        }
        let failures_before = {
            let kept = self.kept();
            if let Some(proof) = kept.proof(now) {
                return Ok(proof);
            }
            kept.failures
        };
        let _turn = self.turn.lock().await;
        {
            let kept = self.kept();
            if let Some(proof) = kept.proof(now) {
                return Ok(proof);
            }
            if let Some(failure) = kept.failure.as_ref().filter(|_| kept.failures != failures_before) {
                return Err(Arc::clone(failure));
            }
        }
        match fetch().await {
            Ok(answer) => Ok(self.kept().keep(answer, now)),
            Err(error) => {
                // Whoever waits may have more time, and has not been cancelled.
                let is_own_affair = matches!(error.cause(), Cause::Cancelled | Cause::Deadline { .. });
                let error = Arc::new(error);
                if !is_own_affair {
                    let mut kept = self.kept();
                    kept.failure = Some(Arc::clone(&error));
                    kept.failures += 1;
                }
                Err(error)
            }
        }
    }

    /// Whether a proof is still the best there is: neither expired nor replaced since it was given out.
    pub(crate) fn is_current(&self, proof: &Proof, now: Instant) -> bool {
        proof.issue.is_none_or(|issue| {
            let kept = self.kept();
            kept.issued == issue && kept.proof(now).is_some()
        })
    }

    /// Forgets the token that was refused, unless somebody has fetched another one since. Tells whether another
    /// proof can be had at all.
    pub(crate) fn forget(&self, refused: &Proof) -> Renewal {
        let Some(issue) = refused.issue else { return Renewal::Impossible };
        let mut kept = self.kept();
        if kept.issued == issue {
            kept.token = None;
        }
        Renewal::Possible
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn proof(&self, now: Instant) -> Option<Proof> {
        let token = self.token.as_ref().filter(|token| now < token.renew_at)?;
        Some(Proof { name: AUTHORIZATION, value: bearer(&token.value), issue: Some(self.issued) })
    }

    fn keep(&mut self, answer: TokenAnswer, now: Instant) -> Proof {
        let life = answer.life();
        let value = answer.into_token();
        self.issued += 1;
        self.failure = None;
        let proof = Proof { name: AUTHORIZATION, value: bearer(&value), issue: Some(self.issued) };
        self.token = Some(Token { value, renew_at: now + (life - MARGIN.min(life / 5)) });
        proof
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
