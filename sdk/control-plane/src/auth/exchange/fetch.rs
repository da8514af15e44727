//! Fetching the keys of an issuer: where they are, and what they are.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use jsonwebtoken::jwk::JwkSet;
use reqwest::{Client, redirect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    outbound::Lookup,
    tenancy::oidc_trust::{Reach, reach},
};

/// How long an issuer may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Most bytes of an answer that are read; the largest known key set, Google's, has a tenth of that.
const LARGEST: usize = 64 * 1024;

/// Through the proxies of the environment.
static OUTSIDE: LazyLock<Option<Client>> = LazyLock::new(|| client(Reach::Secure));
static INSIDE: LazyLock<Option<Client>> = LazyLock::new(|| client(Reach::Loopback));

/// Why the keys of an issuer could not be had. For the log and for administrators; it says nothing of a token.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the URL {0} may not be fetched")]
    Forbidden(String),
    #[error("{url} could not be fetched: {reason}")]
    Transport { url: String, reason: String },
    #[error("{url} answered with {status}")]
    Status { url: String, status: u16 },
    #[error("the answer of {0} is larger than {LARGEST} bytes")]
    TooLarge(String),
    #[error("the answer of {0} is not what it should be")]
    Content(String),
    #[error("{asked} says that it is {told}")]
    OtherIssuer { asked: String, told: String },
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// The keys that an issuer publishes now.
pub(super) async fn keys(issuer: &str) -> Result<JwkSet, FetchError> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let reached = reach(issuer).ok_or_else(|| FetchError::Forbidden(issuer.to_owned()))?;
    let discovery: Discovery = get(&url, reached).await?;
    if discovery.issuer != issuer {
        return Err(FetchError::OtherIssuer { asked: issuer.to_owned(), told: discovery.issuer });
    }
    // An issuer elsewhere must not send this server to its own machine.
    let same = reach(&discovery.jwks_uri).filter(|keys| *keys == reached);
    let reached = same.ok_or_else(|| FetchError::Forbidden(discovery.jwks_uri.clone()))?;
    let published: Published = get(&discovery.jwks_uri, reached).await?;
    // A kind of key that this server does not know must not cost it the others.
    let keys = published.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(JwkSet { keys: keys.collect() })
}

async fn get<T: DeserializeOwned>(url: &str, reach: Reach) -> Result<T, FetchError> {
    let transport = |reason: String| FetchError::Transport { url: url.to_owned(), reason };
    let client = match reach {
        Reach::Secure => &*OUTSIDE,
        Reach::Loopback => &*INSIDE,
    };
    let client = client.as_ref().ok_or_else(|| transport("no TLS".to_owned()))?;
    let mut response =
        client.get(url).send().await.map_err(|error| transport(error.without_url().to_string()))?;
    if !response.status().is_success() {
        return Err(FetchError::Status { url: url.to_owned(), status: response.status().as_u16() });
    }
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| transport(error.without_url().to_string()))?
    {
        if body.len() + chunk.len() > LARGEST {
            return Err(FetchError::TooLarge(url.to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|_| FetchError::Content(url.to_owned()))
}

fn client(reach: Reach) -> Option<Client> {
    let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none());
    let builder = match reach {
        Reach::Secure => builder.https_only(true).dns_resolver(Arc::new(Lookup)),
        Reach::Loopback => builder.no_proxy(),
    };
    builder
        .build()
        .map_err(|error| {
            tracing::error!(component = "auth", error = %error, "no client to reach issuers with");
        })
        .ok()
}
