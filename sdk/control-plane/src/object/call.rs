//! A request for an object, as every operation needs it.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::{app::App, auth::Caller, http::query::Query, reads::Source};

#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) app: App,
    pub(crate) caller: Caller,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Query,
}

impl FromRequestParts<App> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self {
            app: match parts.extensions.get::<Source>() {
                Some(Source(reader)) => app.reading_from(reader.clone()),
                None => app.clone(),
            },
            caller: Caller::from_request_parts(parts, app).await?,
            headers: parts.headers.clone(),
            query: Query::parse(parts.uri.query()),
        })
    }
}
