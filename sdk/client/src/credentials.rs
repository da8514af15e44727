//! The credential chain: what was given explicitly, the environment, the CI at hand, the profile file.

use sparki_core::Secret;

use crate::oidc::Oidc;

/// What the practitioner wrote in the provider block or on the command line; the rest is looked up.
///
/// "Attribute" in errors means one of these fields.
#[derive(Clone, Debug, Default)]
pub struct Explicit {
    /// Base URL of the control plane.
    pub endpoint: Option<String>,
    /// Slug or id of the default workspace.
    pub workspace: Option<String>,
    /// Name of the profile. Naming one here makes it outrank the environment.
    pub profile: Option<String>,
    /// Bearer token (a JWT).
    pub token: Option<Secret<String>>,
    /// API key, `spk_<id>_<secret>`.
    pub api_key: Option<Secret<String>>,
    /// Client id of a service account.
    pub client_id: Option<String>,
    /// Client secret of a service account. May also come from a later source than the id.
    pub client_secret: Option<Secret<String>>,
    /// Slug path of the service account, such as `acme/ci`, that trusts the CI at hand. Its identity is used if neither
    /// these fields nor the environment hold another credential.
    pub service_account: Option<String>,
    /// Whom the CI's token is for; by default `sparki`.
    pub oidc_audience: Option<String>,
    /// PEM of one or more certificate authorities to trust besides the system's, or a path to such a file.
    pub ca_cert: Option<String>,
}

/// What a client identifies itself with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// Sent as `X-API-Key`.
    ApiKey(Secret<String>),
    /// Sent as `Authorization: Bearer`, never refreshed.
    Token(Secret<String>),
    /// Exchanged for short-lived tokens at `POST /auth/token`.
    ClientCredentials {
        /// Client id of a service account.
        client_id: String,
        /// Client secret of a service account.
        client_secret: Secret<String>,
    },
    /// The identity of the CI at hand, exchanged for short-lived tokens at `POST /auth/token`.
    Oidc(Oidc),
}

impl Credential {
    /// The secret part, which must not appear in anything that is printed.
    pub(crate) fn secret(&self) -> Option<&str> {
        match self {
            Self::ApiKey(secret)
            | Self::Token(secret)
            | Self::ClientCredentials { client_secret: secret, .. } => Some(secret.expose()),
            Self::Oidc(oidc) => oidc.secret(),
        }
    }
}

/// Settings from which no client can be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The endpoint cannot be used.
    #[error("invalid endpoint: {reason}")]
    Endpoint {
        /// What is wrong with it.
        reason: String,
    },
    /// No source holds a credential.
    #[error("no credentials for the control plane; tried:{}", bullets(tried))]
    NoCredentials {
        /// Every source that was tried, with what was found there.
        tried: Vec<String>,
    },
    /// There is no CI whose identity a service account could trust.
    #[error("no identity for a service account: {reason}")]
    NoIdentity {
        /// Which CI was detected, if any, and what to set.
        reason: String,
    },
    /// One source holds two kinds of credentials.
    #[error("conflicting credentials: {origin} give {}; keep one", given.join(" and "))]
    ConflictingCredentials {
        /// The source.
        origin: String,
        /// The kinds it holds.
        given: Vec<&'static str>,
    },
    /// One half of the client credentials is missing.
    #[error("incomplete credentials: {origin} give {given} but no source gives {missing}")]
    IncompleteCredentials {
        /// The source of the half that is there.
        origin: String,
        /// The half that is there.
        given: &'static str,
        /// The half that is not.
        missing: &'static str,
    },
    /// A credential holds characters that a header cannot carry, such as a line feed.
    #[error("invalid credentials: the {kind} holds a line feed or another character that cannot be sent")]
    UnsendableCredential {
        /// The kind of credential.
        kind: &'static str,
    },
    /// The profile file cannot be read or parsed.
    #[error("failed to read the profiles in {path}: {reason}")]
    ProfileFile {
        /// Path of the file.
        path: String,
        /// What is wrong with it; never a piece of its content.
        reason: String,
    },
    /// A profile was asked for, and there is no file to hold it.
    #[error("no profile {name:?}: {reason}")]
    NoProfileFile {
        /// Name of the profile.
        name: String,
        /// Why there is no file.
        reason: String,
    },
    /// The profile that was asked for does not exist.
    #[error("no profile {name:?} in {path}; it holds {}", listed(known))]
    NoSuchProfile {
        /// Name of the profile.
        name: String,
        /// Path of the file.
        path: String,
        /// The profiles that do exist.
        known: Vec<String>,
    },
    /// A setting's value cannot be used.
    #[error("invalid {name}: {reason}")]
    Setting {
        /// Name of the attribute or environment variable.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The certificates to trust cannot be used.
    #[error("invalid ca_cert: {reason}")]
    CaCert {
        /// What is wrong with them.
        reason: String,
    },
    /// TLS could not be set up on this system.
    #[error("failed to set up TLS")]
    Tls(#[source] reqwest::Error),
}

fn bullets(tried: &[String]) -> String {
    tried.iter().map(|source| format!("\n  - {source}")).collect()
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// One place where credentials may be found.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// In the plural, as errors name it: "the attributes".
    pub(crate) origin: String,
    /// What to say when nothing was found here.
    pub(crate) absence: String,
    pub(crate) token: Option<Secret<String>>,
    pub(crate) api_key: Option<Secret<String>>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret<String>>,
    pub(crate) oidc: Option<Oidc>,
}

/// Takes the credential of the first source that holds one.
pub(crate) fn choose(sources: &[Source]) -> Result<Credential, ConfigError> {
    for (position, source) in sources.iter().enumerate() {
        let by_client = source.client_id.is_some() || source.client_secret.is_some();
        let given: Vec<&'static str> = [
            (source.token.is_some(), "token"),
            (source.api_key.is_some(), "api_key"),
            (by_client, "client_id and client_secret"),
        ]
        .into_iter()
        .filter_map(|(present, kind)| present.then_some(kind))
        .collect();
        if given.len() > 1 {
            return Err(ConfigError::ConflictingCredentials { origin: source.origin.clone(), given });
        }
        if let Some(token) = &source.token {
            return Ok(Credential::Token(token.clone()));
        }
        if let Some(key) = &source.api_key {
            return Ok(Credential::ApiKey(key.clone()));
        }
        if let Some(oidc) = &source.oidc {
            return Ok(Credential::Oidc(oidc.clone()));
        }
        if by_client {
            let incomplete = |given, missing| ConfigError::IncompleteCredentials {
                origin: source.origin.clone(),
                given,
                missing,
            };
            let rest = &sources[position..];
            let client_id = rest.iter().find_map(|source| source.client_id.clone());
            let client_secret = rest.iter().find_map(|source| source.client_secret.clone());
            return Ok(Credential::ClientCredentials {
                client_id: client_id.ok_or_else(|| incomplete("client_secret", "client_id"))?,
                client_secret: client_secret.ok_or_else(|| incomplete("client_id", "client_secret"))?,
            });
        }
    }
    let tried = sources.iter().map(|source| format!("{}: {}", source.origin, source.absence)).collect();
    Err(ConfigError::NoCredentials { tried })
}
