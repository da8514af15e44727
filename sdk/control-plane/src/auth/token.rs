//! Access tokens: JWT, RS256, a quarter of an hour.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Limits,
    app::App,
    auth::{Caller, Credential},
    clock::stamp,
    database::Connection,
    http::problem::{Code, Problem},
    tenancy::oidc_trust::Terms,
};

/// Seconds an access token is good for; the seed's "short expiry".
pub(crate) const LIFETIME_SECONDS: i64 = 900;
/// Seconds the longest one is good for: what a trust may allow at most.
pub(crate) const LONGEST_SECONDS: i64 = 3600;
const ISSUER: &str = "sparki-control-plane";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    /// The trust that the token was given under, if it was exchanged for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trust_id: Option<String>,
    /// When the login began that the token came from, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
}

/// An access token to be given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issue<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) trust_id: Option<&'a str>,
    /// When the login began, if there was one.
    pub(crate) began: Option<Timestamp>,
    pub(crate) lifetime_seconds: i64,
}

impl<'a> Issue<'a> {
    /// One for somebody who has proved who they are.
    pub(crate) fn to(user_id: &'a str) -> Self {
        Self { user_id, trust_id: None, began: None, lifetime_seconds: LIFETIME_SECONDS }
    }

    /// One for somebody who has logged in.
    pub(crate) fn of_login(user_id: &'a str, began: Timestamp) -> Self {
        Self { began: Some(began), ..Self::to(user_id) }
    }
}

pub(crate) async fn issue(app: &App, issue: &Issue<'_>) -> Result<String, Problem> {
    let key = app.signing.current(&app.database, &app.vault, &app.settings.clock).await?;
    let now = app.settings.clock.now().as_second();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        sub: issue.user_id.to_owned(),
        iat: now,
        exp: now + issue.lifetime_seconds,
        jti: Uuid::now_v7().to_string(),
        trust_id: issue.trust_id.map(str::to_owned),
        auth_time: issue.began.map(Timestamp::as_second),
    };
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key.id.clone());
    encode(&header, &claims, &key.private).map_err(|error| {
        tracing::error!(component = "auth", error = %error, "an access token could not be signed");
        Problem::new(Code::Internal, "The access token could not be signed.")
    })
}

pub(crate) async fn verify(app: &App, token: &str) -> Result<Caller, Problem> {
    let claims = read(app, token).await?;
    let now: Timestamp = app.settings.clock.now();
    if claims.exp <= now.as_second() {
        return Err(Problem::new(
            Code::TokenExpired,
            "This access token has expired. Refresh it or log in again.",
        ));
    }
    if is_revoked(app, &claims).await? {
        return Err(Problem::new(Code::TokenInvalid, "This access token has been revoked."));
    }
    let user: Option<(String, String)> = sqlx::query_as("SELECT email, name FROM users WHERE id = $1")
        .bind(&claims.sub)
        .fetch_optional(app.database.reader())
        .await?;
    let (email, name) = user.ok_or_else(invalid)?;
    let limits = match &claims.trust_id {
        None => None,
        Some(trust_id) => Some(limits(app, trust_id).await?.ok_or_else(|| {
            Problem::new(Code::TokenInvalid, "The trust that this access token was given under has gone.")
        })?),
    };
    Ok(Caller {
        user_id: claims.sub,
        email,
        name,
        credential: Credential::Jwt,
        key_id: None,
        login: claims.auth_time.and_then(|began| Timestamp::from_second(began).ok()),
        limits,
        access: Arc::default(),
    })
}

/// What a trust allows now; `None` if it has gone.
async fn limits(app: &App, trust_id: &str) -> Result<Option<Limits>, sqlx::Error> {
    let trust: Option<(String, String)> =
        sqlx::query_as("SELECT workspace_id, document FROM oidc_trusts WHERE id = $1")
            .bind(trust_id)
            .fetch_optional(app.database.reader())
            .await?;
    trust.map(|(workspace_id, document)| Ok(Terms::read(&document)?.limits(workspace_id))).transpose()
}

/// A token of ours that has not ended.
pub(crate) struct Live(Claims);

/// The token, if it is one of ours and has not ended.
pub(crate) async fn live(app: &App, token: &str) -> Result<Option<Live>, Problem> {
    let Ok(claims) = read(app, token).await else { return Ok(None) };
    let has_ended = claims.exp <= app.settings.clock.now().as_second() || is_revoked(app, &claims).await?;
    Ok((!has_ended).then_some(Live(claims)))
}

impl Live {
    /// Whose it is.
    pub(crate) fn user_id(&self) -> &str {
        &self.0.sub
    }

    /// Ends the token before its time. Answers whether somebody else has not done so meanwhile.
    pub(crate) async fn revoke(&self, connection: &mut Connection) -> Result<bool, sqlx::Error> {
        let expires_at = Timestamp::from_second(self.0.exp).unwrap_or(Timestamp::MAX);
        let sql = "INSERT INTO revoked_access_tokens (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let done = sqlx::query(sql).bind(&self.0.jti).bind(stamp(expires_at)).execute(connection).await?;
        Ok(done.rows_affected() > 0)
    }
}

async fn is_revoked(app: &App, claims: &Claims) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM revoked_access_tokens WHERE id = $1")
        .bind(&claims.jti)
        .fetch_optional(app.database.reader())
        .await?;
    Ok(found.is_some())
}

/// Forgets tokens that have expired and would be refused anyway.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM revoked_access_tokens WHERE expires_at <= $1")
        .bind(stamp(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a token that this control plane has signed, whether it has expired or not.
async fn read(app: &App, token: &str) -> Result<Claims, Problem> {
    // The key that the token names, and no other; and never anything but RS256, whatever the token says.
    let header = decode_header(token).map_err(|_| invalid())?;
    let Some(key_id) = header.kid.filter(|_| header.alg == Algorithm::RS256) else { return Err(invalid()) };
    let key = app.signing.by_id(&app.database, &app.vault, &key_id).await?.ok_or_else(invalid)?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    // The server's own clock decides, and not here.
    validation.validate_exp = false;
    decode::<Claims>(token, &key.public, &validation).map(|token| token.claims).map_err(|_| invalid())
}

fn invalid() -> Problem {
    Problem::new(Code::TokenInvalid, "This access token is not valid.")
}
