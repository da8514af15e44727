//! The routes under `/auth` and `/.well-known`.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    app::App,
    auth::{
        session::{self, Shown, Tokens},
        signing::KeySet,
    },
    document::{Document, Fields, choice::choice, fields::Errors},
    http::{
        answer::Answer,
        body::{read, read_object},
        problem::{Code, Problem},
    },
    object::routes::respond,
    openapi::{Header, Heading, Operation, Place, Reply, Request, Verb},
    settings::Secret,
};

/// Longest credential taken; an access token is the longest there is.
const LONGEST: usize = 4096;

pub(crate) fn operations() -> [Operation; 5] {
    let bought = |about| Reply::json::<Tokens<'static>>(StatusCode::OK, about).with(Header::CacheControl);
    [
        Operation::new(
            Heading {
                summary: "Logs a user in".into(),
                about: "The access token is good for a quarter of an hour, the refresh token for 30 days."
                    .into(),
                ..heading("/auth/login", "login")
            },
            login,
        )
        .reads(Request::json(|fields| {
            read_login(fields);
        }))
        .answers(bought("An access token and a refresh token."))
        .refuses(&[Code::TokenInvalid]),
        Operation::new(
            Heading {
                summary: "Gets new tokens for a refresh token".into(),
                about: "A refresh token is good once. One that is used again ends the whole login.".into(),
                ..heading("/auth/refresh", "refreshTokens")
            },
            refresh,
        )
        .reads(Request::json(|fields| {
            read_refresh(fields);
        }))
        .answers(bought("An access token and the next refresh token."))
        .refuses(&[Code::TokenInvalid]),
        Operation::new(
            Heading {
                summary: "Ends a login or an access token".into(),
                about: "What is no token, or has ended already, is answered all the same.".into(),
                ..heading("/auth/revoke", "revokeToken")
            },
            revoke,
        )
        .reads(Request::json(|fields| {
            read_revoked(fields);
        }))
        .answers(Reply::empty(StatusCode::NO_CONTENT, "It has ended.")),
        Operation::new(
            Heading {
                summary: "Gets an access token for a service account".into(),
                about: "Client credentials, as in OAuth 2.0. There is no refresh token.".into(),
                ..heading("/auth/token", "issueToken")
            },
            token,
        )
        .reads(Request::json_or_form(|fields| {
            read_client(fields);
        }))
        .answers(bought("An access token."))
        .refuses(&[Code::TokenInvalid]),
        Operation::new(
            Heading {
                place: Place::Root,
                method: Verb::Get,
                summary: "Shows the keys of access tokens".into(),
                about: "Anybody can check access tokens with them.".into(),
                ..heading("/.well-known/jwks.json", "readKeySet")
            },
            key_set,
        )
        .answers(Reply::json::<KeySet<'static>>(StatusCode::OK, "A JSON Web Key Set.")),
    ]
}

fn heading(path: &str, id: &str) -> Heading {
    Heading {
        place: Place::Open,
        method: Verb::Post,
        path: path.into(),
        id: id.into(),
        tag: "sessions",
        summary: String::new(),
        about: String::new(),
    }
}

async fn login(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let (email, password) = parsed(read_object(&headers, body).await?, read_login)?;
        session::login(&app, &email, password).await
    };
    secret(respond(result.await))
}

fn read_login(fields: &mut Fields<'_>) -> (String, Secret) {
    fields.explain("email", "Email address of the user.");
    fields.explain("password", "Password of the user.");
    (fields.required_text("email", 255), Secret::new(fields.required_text("password", LONGEST)))
}

async fn refresh(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let shown = parsed(read_object(&headers, body).await?, read_refresh)?;
        session::renew(&app, &shown).await
    };
    secret(respond(result.await))
}

fn read_refresh(fields: &mut Fields<'_>) -> String {
    fields.explain("refresh_token", "Refresh token, unused.");
    fields.required_text("refresh_token", LONGEST)
}

async fn revoke(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let shown = parsed(read_object(&headers, body).await?, read_revoked)?;
        session::revoke(&app, &shown).await?;
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
        let (client_id, client_secret) = parsed(body, read_client)?;
        session::client_credentials(&app, &client_id, &client_secret).await
    };
    secret(respond(result.await))
}

fn read_client(fields: &mut Fields<'_>) -> (String, Secret) {
    fields.explain("grant_type", "Way to get the token.");
    fields.explain("client_id", "Client id of the service account.");
    fields.explain("client_secret", "Client secret of the service account.");
    // The one variant there is needs no looking at; anything else was refused by reading it.
    let GrantType::ClientCredentials = fields.required_choice::<GrantType>("grant_type");
    (fields.required_text("client_id", 255), Secret::new(fields.required_text("client_secret", LONGEST)))
}

async fn key_set(State(app): State<App>) -> Response {
    let result = async {
        let key = app.signing.current(&app.database, &app.settings.clock).await?;
        Ok(Answer::of(&key.jwks()))
    };
    respond(result.await)
}

/// Exactly one of the two kinds of tokens.
fn read_revoked(fields: &mut Fields<'_>) -> Shown {
    fields.explain("access_token", "Access token that is to end; the login that it came from goes on.");
    fields.explain("refresh_token", "Refresh token whose whole login is to end.");
    fields.require_one_of(&["access_token", "refresh_token"]);
    let refresh_token = fields.text("refresh_token", LONGEST);
    match fields.text("access_token", LONGEST) {
        Some(text) => Shown::Access(text),
        None => Shown::Refresh(refresh_token.unwrap_or_default()),
    }
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
fn secret(mut response: Response) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
