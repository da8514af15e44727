//! The routes under `/auth` and `/.well-known`.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use schemars::JsonSchema;
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    app::App,
    auth::{
        exchange::{self, Exchange},
        session::{self, Shown, Tokens},
        signing::{self, KeySet},
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
/// Longest subject token taken; those of CIs have about 2,000 characters, and grow with their claims.
const LONGEST_SUBJECT: usize = 16_384;

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
                about: "By client credentials, as in OAuth 2.0, or in exchange for the token of a CI (RFC 8693) whose issuer, \
                        audience, subject and claims are those of an OIDC trust. There is no refresh token."
                    .into(),
                ..heading("/auth/token", "issueToken")
            },
            token,
        )
        // A second token does no harm, and is forgotten when it expires.
        .changes_nothing()
        .reads(Request::json_or_form(|fields| {
            read_proof(fields);
        })
        .like::<TokenRequest>())
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
        .answers(Reply::json::<KeySet>(StatusCode::OK, "A JSON Web Key Set.")),
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
    (fields.required_text("email", 255), fields.required_secret("password", LONGEST))
}

async fn refresh(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let shown = parsed(read_object(&headers, body).await?, read_refresh)?;
        session::renew(&app, shown.expose()).await
    };
    secret(respond(result.await))
}

fn read_refresh(fields: &mut Fields<'_>) -> Secret {
    fields.explain("refresh_token", "Refresh token, unused.");
    fields.required_secret("refresh_token", LONGEST)
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
    GrantType {
        ClientCredentials = "client_credentials",
        TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange",
    }
}

choice! {
    /// The tokens that can be exchanged.
    SubjectTokenType { Jwt = "urn:ietf:params:oauth:token-type:jwt" }
}

/// The fields that only one of the grants has.
const PROOFS: [&str; 6] =
    ["client_id", "client_secret", "subject_token", "subject_token_type", "service_account", "audience"];

/// What somebody shows to get an access token.
enum Proof {
    Client { id: String, secret: Secret },
    Subject(Exchange),
}

async fn token(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let result = async {
        let body = if is_form(&headers) {
            read_form(&headers, body).await?
        } else {
            read_object(&headers, body).await?
        };
        match parsed(body, read_proof)? {
            None => Err(Problem::malformed("The grant could not be read.")),
            Some(Proof::Client { id, secret }) => session::client_credentials(&app, &id, &secret).await,
            Some(Proof::Subject(exchange)) => exchange::swap(&app, &exchange).await,
        }
    };
    secret(respond(result.await))
}

/// What an access token is asked for with, to be described.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "a schema is made of it, and never a value")]
struct TokenRequest {
    /// Way to get the token.
    grant_type: GrantType,
    /// Client id of the service account.
    client_id: String,
    /// Client secret of the service account.
    client_secret: String,
    /// Token that the system of the CI gave, a JWT.
    subject_token: String,
    /// Type of that token.
    subject_token_type: SubjectTokenType,
    /// Path of the service account to become, such as `acme/ci`.
    service_account: String,
    /// Whom that token is for; by default whomever a trust names.
    audience: Option<String>,
}

fn read_proof(fields: &mut Fields<'_>) -> Option<Proof> {
    let read = |fields: &mut Fields<'_>, grant| match grant {
        GrantType::ClientCredentials => Proof::Client {
            id: fields.required_text("client_id", 255),
            secret: fields.required_secret("client_secret", LONGEST),
        },
        GrantType::TokenExchange => {
            // The one type there is needs no looking at; anything else was refused by reading it.
            let SubjectTokenType::Jwt = fields.required_choice("subject_token_type");
            Proof::Subject(Exchange {
                subject_token: fields.required_secret("subject_token", LONGEST_SUBJECT),
                service_account: fields.required_text("service_account", 511),
                audience: fields.text("audience", 255),
            })
        }
    };
    let proof = fields.required_variant("grant_type", read);
    if proof.is_none() {
        // Without a grant there is no telling which fields are right.
        for name in PROOFS {
            let _ = fields.value(name);
        }
    }
    proof.map(|(_, proof)| proof)
}

async fn key_set(State(app): State<App>) -> Response {
    let result = async {
        // There is one from the first look on, for whoever keeps a copy.
        app.signing.current(&app.database, &app.vault, &app.settings.clock).await?;
        let now = app.settings.clock.now();
        Ok(Answer::of(&signing::published(app.database.reader(), now).await?))
    };
    respond(result.await)
}

/// Exactly one of the two kinds of tokens.
fn read_revoked(fields: &mut Fields<'_>) -> Shown {
    fields.explain("access_token", "Access token that is to end; the login that it came from goes on.");
    fields.explain("refresh_token", "Refresh token whose whole login is to end.");
    fields.require_one_of(&["access_token", "refresh_token"]);
    let refresh_token = fields.secret("refresh_token", LONGEST);
    match fields.secret("access_token", LONGEST) {
        Some(token) => Shown::Access(token),
        None => Shown::Refresh(refresh_token.unwrap_or_else(|| Secret::new(""))),
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
