//! The routes under `/auth` and `/.well-known`.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    app::App,
    auth::session::{self, Shown},
    document::{Document, Fields, choice::choice, fields::Errors},
    http::{
        answer::Answer,
        body::{read, read_object},
        problem::Problem,
    },
    object::routes::respond,
    settings::Secret,
};

/// Longest credential taken; an access token is the longest there is.
const LONGEST: usize = 4096;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/auth/login", post(login))
        .route("/auth/refresh", post(refresh))
        .route("/auth/revoke", post(revoke))
        .route("/auth/token", post(token))
}

pub(crate) fn jwks() -> Router<App> {
    Router::new().route("/.well-known/jwks.json", get(key_set))
}

async fn login(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let body = read_object(&headers, body).await?;
        let (email, password) = parsed(body, |fields| {
            (fields.required_text("email", 255), Secret::new(fields.required_text("password", LONGEST)))
        })?;
        session::login(&app, &email, password).await
    };
    secret(respond(result.await))
}

async fn refresh(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async { session::renew(&app, &refresh_token(&headers, body).await?).await };
    secret(respond(result.await))
}

async fn revoke(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        session::revoke(&app, &revoked(&headers, body).await?).await?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    };
    respond(result.await)
}

choice! {
    /// The ways to get an access token without a user.
    GrantType { ClientCredentials = "client_credentials" }
}

async fn token(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let body = if is_form(&headers) {
            read_form(&headers, body).await?
        } else {
            read_object(&headers, body).await?
        };
        let (client_id, client_secret) = parsed(body, |fields| {
            // The one variant there is needs no looking at; anything else was refused by reading it.
            let GrantType::ClientCredentials = fields.required_choice::<GrantType>("grant_type");
            (
                fields.required_text("client_id", 255),
                Secret::new(fields.required_text("client_secret", LONGEST)),
            )
        })?;
        session::client_credentials(&app, &client_id, &client_secret).await
    };
    secret(respond(result.await))
}

async fn key_set(State(app): State<App>) -> Response {
    let result = async {
        let key = app.signing.current(&app.database, &app.settings.clock).await?;
        Ok(Answer::json(key.jwks().to_string()))
    };
    respond(result.await)
}

async fn refresh_token(headers: &HeaderMap, body: Body) -> Result<String, Problem> {
    parsed(read_object(headers, body).await?, |fields| fields.required_text("refresh_token", LONGEST))
}

/// Exactly one of the two kinds of tokens.
async fn revoked(headers: &HeaderMap, body: Body) -> Result<Shown, Problem> {
    let shown = parsed(read_object(headers, body).await?, |fields| {
        if fields.is_present("access_token") {
            if fields.is_present("refresh_token") {
                fields.error("refresh_token", "conflict", "Send either access_token or refresh_token.");
                let _ = fields.value("refresh_token");
            }
            Shown::Access(fields.required_text("access_token", LONGEST))
        } else {
            Shown::Refresh(fields.required_text("refresh_token", LONGEST))
        }
    })?;
    Ok(shown)
}

fn parsed<T>(body: Document, read: impl FnOnce(&mut Fields<'_>) -> T) -> Result<T, Problem> {
    let mut errors = Errors::default();
    let value = Fields::read(body, "", &mut errors, read);
    errors.into_result()?;
    Ok(value)
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"))
}

async fn read_form(headers: &HeaderMap, body: Body) -> Result<Document, Problem> {
    let bytes = read(headers, body).await?;
    Ok(form_urlencoded::parse(&bytes).map(|(key, value)| (key.into_owned(), Value::from(value))).collect())
}

/// Keeps answers with tokens in them out of caches.
fn secret(response: Response) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], response).into_response()
}
