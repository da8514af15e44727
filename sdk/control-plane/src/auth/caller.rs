//! The caller: a user or a service account that has proved who they are.

use std::{convert::Infallible, fmt, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::{Access, Limits, load},
    app::App,
    auth::{api_key, token},
    database::Connection,
    http::{
        limit::{Meter, USER_FACTOR},
        problem::{Code, Problem},
    },
};

/// The header of API keys.
const API_KEY: &str = "x-api-key";

#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) credential: Credential,
    pub(crate) key_id: Option<String>,
    /// When they logged in, if that is how they come.
    pub(crate) login: Option<Timestamp>,
    /// What the credential is good for, if not for all that its owner may do.
    pub(crate) limits: Option<Limits>,
    /// What they may do, as of the beginning of the request; nothing until it was looked up.
    pub(crate) access: Arc<Access>,
}

/// What the caller proved it with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    ApiKey,
    Jwt,
}

/// The headers in which a caller says who they are, to be looked at again while a request goes on for long.
pub(crate) struct Proof(HeaderMap);

impl Proof {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let carriers = [HeaderName::from_static(API_KEY), header::AUTHORIZATION];
        let sent = carriers.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone())));
        Self(sent.collect())
    }

    /// Whose it is now, and what they may do now.
    ///
    /// # Errors
    ///
    /// 401 if the credential has ended meanwhile.
    pub(crate) async fn caller(&self, app: &App) -> Result<Caller, Problem> {
        Caller::identify(app, &self.0).await
    }
}

/// The headers are credentials.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

impl Caller {
    /// Finds out who sent these headers, and what they may do.
    pub(crate) async fn identify(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        let mut caller = Self::proved(app, headers).await?;
        let mut connection = app.database.reader().acquire().await?;
        caller.access = Arc::new(caller.look_up(&mut connection, app.settings.clock.now()).await?);
        Ok(caller)
    }

    /// Looks up what they may do now.
    pub(crate) async fn look_up(
        &self,
        connection: &mut Connection,
        now: Timestamp,
    ) -> Result<Access, sqlx::Error> {
        load::access(connection, self, now).await
    }

    async fn proved(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(key) = headers.get(API_KEY) {
            let key = key.to_str().unwrap_or_default();
            return api_key::verify(app, key).await;
        }
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Err(Problem::new(
                Code::TokenInvalid,
                "No credentials were sent. Send X-API-Key, or Authorization: Bearer with an access token.",
            ));
        };
        match value.to_str().unwrap_or_default().split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                token::verify(app, token.trim()).await
            }
            Some(_) | None => Err(Problem::new(
                Code::TokenInvalid,
                "The Authorization header has to be: Bearer <access token>.",
            )),
        }
    }

    /// What the requests of this caller count against.
    pub(crate) fn meters(&self) -> Vec<Meter> {
        let user = Meter { name: format!("user:{}", self.user_id), factor: USER_FACTOR };
        let key = self.key_id.as_ref().map(|id| Meter { name: format!("key:{id}"), factor: 1 });
        key.into_iter().chain([user]).collect()
    }
}

/// The guard has put the caller there; handlers behind it may rely on it.
impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .expect("every route that takes a caller is behind the guard"))
    }
}
