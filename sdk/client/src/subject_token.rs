//! Asks the CI for the token that says who the job is.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use sparki_core::Secret;
use tokio::process::Command;
use url::Url;

use crate::answer;
use crate::attempt::connection_failure;
use crate::config::Settings;
use crate::endpoint;
use crate::error::Cause;
use crate::oidc::{IdentitySource, Oidc};
use crate::tls::{self, Encryption};

/// What GitHub's service answers.
#[derive(Deserialize)]
struct GitHubAnswer {
    value: String,
}

/// Why one question was not answered with a token.
enum Refusal {
    /// Another try may help.
    Passing(String),
    /// It will not change.
    Final(String),
}

impl Oidc {
    /// Asks for a new token. Nothing of what the CI says is in the error, because it may hold a token.
    pub(crate) async fn subject_token(&self, settings: &Settings) -> Result<Secret<String>, Cause> {
        let (token, remedy) = match &self.source {
            IdentitySource::Variable { token, .. } => return Ok(token.clone()),
            IdentitySource::GitHub { url, bearer } => (
                from_github(&github_url(url, self.audience()), bearer, settings).await,
                "give the job \"permissions: id-token: write\"",
            ),
            IdentitySource::Buildkite { path } => (
                from_buildkite(path.as_deref(), self.audience(), settings.request_timeout).await,
                "the job needs \"buildkite-agent\" on its PATH, of version 3.44 or later, and an agent's access token",
            ),
            IdentitySource::File { file } => (
                from_file(file).await,
                "set SPARKI_ID_TOKEN_FILE to a token that is projected into the pod for this audience",
            ),
            IdentitySource::Eks { file } => (
                from_file(file).await.and_then(|token| meant_for(self.audience(), token)),
                "project a token for this audience into the pod (serviceAccountToken) and name its file in \
                 SPARKI_ID_TOKEN_FILE",
            ),
        };
        let token = token.map(|token| token.trim().to_owned());
        token
            .and_then(|token| if token.is_empty() { Err("it is empty".to_owned()) } else { Ok(token) })
            .map(Secret::new)
            .map_err(|reason| Cause::NoIdentity { ci: self.ci(), reason, remedy })
    }
}

/// The URL that the runner gives, with the audience. `None` if it would send the runner's secret in plain text.
fn github_url(url: &str, audience: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && endpoint::is_loopback(&url));
    url.query_pairs_mut().append_pair("audience", audience);
    is_safe.then_some(url)
}

async fn from_github(
    url: &Option<Url>,
    bearer: &Secret<String>,
    settings: &Settings,
) -> Result<String, String> {
    let url = url.as_ref().ok_or("ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL")?;
    let encryption = if url.scheme() == "http" { Encryption::None } else { Encryption::Tls };
    let http = tls::build(settings, encryption).map_err(|error| error.to_string())?;
    let mut attempt = 1;
    loop {
        let asked = tokio::time::timeout(settings.request_timeout, ask_github(&http, url, bearer)).await;
        let seconds = settings.request_timeout.as_secs_f64();
        let refusal = match asked {
            Ok(Ok(token)) => return Ok(token),
            Ok(Err(refusal)) => refusal,
            Err(_) => Refusal::Passing(format!("it did not answer within {seconds} s")),
        };
        match refusal {
            Refusal::Passing(_) if attempt < settings.retry.max_attempts.get() => {
                let pause = settings.retry.backoff(attempt, settings.timer.jitter());
                settings.timer.sleep(pause).await;
                attempt += 1;
            }
            Refusal::Passing(reason) | Refusal::Final(reason) => return Err(reason),
        }
    }
}

async fn ask_github(http: &reqwest::Client, url: &Url, bearer: &Secret<String>) -> Result<String, Refusal> {
    let host = url.host_str().unwrap_or_default();
    let broken = |error| Refusal::Passing(connection_failure(&error, host).to_string());
    let request = http.get(url.clone()).bearer_auth(bearer.expose());
    let answer = request.send().await.map_err(broken)?;
    let status = answer.status();
    if !status.is_success() {
        let reason = format!("it answered {}", status.as_u16());
        let passes = status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS;
        return Err(if passes { Refusal::Passing(reason) } else { Refusal::Final(reason) });
    }
    let body = answer::read_body(answer).await.map_err(|error| match error {
        answer::ReadError::Broken(error) => broken(error),
        answer::ReadError::TooLarge => Refusal::Final("its answer is too large".to_owned()),
    })?;
    serde_json::from_slice::<GitHubAnswer>(&body)
        .map(|answer| answer.value)
        .map_err(|_| Refusal::Final("its answer has no token in it".to_owned()))
}

async fn from_buildkite(path: Option<&str>, audience: &str, limit: Duration) -> Result<String, String> {
    let mut command = Command::new("buildkite-agent");
    command.args(["oidc", "request-token", "--audience", audience]).stdin(Stdio::null()).kill_on_drop(true);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = match tokio::time::timeout(limit, command.output()).await {
        Ok(output) => output.map_err(|error| format!("buildkite-agent cannot be run ({error})"))?,
        Err(_) => return Err(format!("buildkite-agent did not end within {} s", limit.as_secs_f64())),
    };
    if !output.status.success() {
        return Err(format!("buildkite-agent ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "buildkite-agent did not print a token".to_owned())
}

async fn from_file(file: &Path) -> Result<String, String> {
    let read = tokio::fs::read_to_string(file).await;
    read.map_err(|error| format!("{} cannot be read ({error})", file.display()))
}

/// Whom a token is for.
#[derive(Deserialize)]
struct Claims {
    aud: Audiences,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audiences {
    One(String),
    Many(Vec<String>),
}

/// The token, if it says that it is for this audience. One for somebody else would let its reader pass for the pod there.
fn meant_for(audience: &str, token: String) -> Result<String, String> {
    let payload =
        token.trim().split('.').nth(1).and_then(|payload| BASE64_URL_SAFE_NO_PAD.decode(payload).ok());
    let claims: Option<Claims> = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
    let audiences = match claims.map(|claims| claims.aud) {
        Some(Audiences::One(audience)) => vec![audience],
        Some(Audiences::Many(audiences)) => audiences,
        None => return Err("the token in AWS_WEB_IDENTITY_TOKEN_FILE does not say whom it is for".to_owned()),
    };
    if audiences.iter().any(|named| named == audience) {
        return Ok(token);
    }
    Err(format!(
        "the token in AWS_WEB_IDENTITY_TOKEN_FILE is for {}, not for {audience}",
        audiences.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_secret_is_sent_over_tls_only() {
        let check_url = |url: &str, expected: Option<&str>| {
            assert_eq!(github_url(url, "a b").as_ref().map(Url::as_str), expected);
        };
        check_url(
            "https://pipelines.example.com/token?api-version=2.0",
            Some("https://pipelines.example.com/token?api-version=2.0&audience=a+b"),
        );
        check_url("http://pipelines.example.com/token", None);
        check_url("pipelines", None);
    }
}
