//! Logging in, staying in, and leaving.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    app::App,
    audit::{Entry, append, refusals},
    auth::{
        api_key, password, refresh,
        refresh::Outcome,
        token::{self, Issue},
    },
    clock::stamp,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    settings::Secret,
};

pub(crate) async fn login(app: &App, email: &str, password: Secret) -> Result<Answer, Problem> {
    let user: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT id, password_hash FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(app.database.reader())
            .await?;
    let hash = user.as_ref().and_then(|(_, hash)| hash.clone());
    let proved = password::verify(password, hash).await;
    let Some((user_id, _)) = user.filter(|_| proved) else {
        refusals::write(app, Entry::event("session", "login", "refused:token_invalid")).await?;
        return Err(Problem::new(Code::TokenInvalid, "The email address or the password is wrong."));
    };
    let now = app.settings.clock.now();
    let access_token = token::issue(app, &Issue::of_login(&user_id, now)).await?;
    let mut transaction = app.database.write().await?;
    let refresh_token = refresh::start(&mut transaction, &user_id, now).await?;
    append(&mut transaction, Entry::event("session", "login", "success").by(&user_id, email), &stamp(now))
        .await?;
    transaction.commit().await?;
    Ok(tokens(&access_token, Some(&refresh_token)))
}

pub(crate) async fn renew(app: &App, shown: &str) -> Result<Answer, Problem> {
    let now = app.settings.clock.now();
    let mut transaction = app.database.write().await?;
    let outcome = refresh::renew(&mut transaction, shown, now).await?;
    let entry = match &outcome {
        Outcome::Renewed { user_id, .. } => {
            Entry::event("session", "refresh", "success").by(user_id, user_id)
        }
        Outcome::Invalid => Entry::event("session", "refresh", "refused:token_invalid"),
        Outcome::Reused { user_id } => {
            Entry::event("session", "refresh", "refused:reused").by(user_id, user_id)
        }
    };
    append(&mut transaction, entry, &stamp(now)).await?;
    // The revocation has to outlast the refusal.
    transaction.commit().await?;
    match outcome {
        Outcome::Renewed { user_id, token, began } => {
            Ok(tokens(&token::issue(app, &Issue::of_login(&user_id, began)).await?, Some(&token)))
        }
        Outcome::Invalid => {
            Err(Problem::new(Code::TokenInvalid, "This refresh token is not valid. Log in again."))
        }
        Outcome::Reused { .. } => Err(Problem::new(
            Code::TokenInvalid,
            "This refresh token was used before, so its whole session has been ended. Log in again.",
        )),
    }
}

/// What is to be ended.
pub(crate) enum Shown {
    /// A whole login, by any of its refresh tokens.
    Refresh(Secret),
    /// One access token; the login that it came from goes on.
    Access(Secret),
}

/// Ends what is shown. What is no token of ours, or has ended already, is left alone and not worth a line in the log.
pub(crate) async fn revoke(app: &App, shown: &Shown) -> Result<(), Problem> {
    match shown {
        Shown::Refresh(token) => revoke_session(app, token.expose()).await,
        Shown::Access(token) => revoke_access_token(app, token.expose()).await,
    }
}

async fn revoke_session(app: &App, text: &str) -> Result<(), Problem> {
    let now = app.settings.clock.now();
    if refresh::live(&mut *app.database.reader().acquire().await?, text, now).await?.is_none() {
        return Ok(());
    }
    let mut transaction = app.database.write().await?;
    if let Some(user_id) = refresh::revoke(&mut transaction, text, now).await? {
        let entry = Entry::event("session", "revoke", "success").by(&user_id, &user_id);
        append(&mut transaction, entry, &stamp(now)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn revoke_access_token(app: &App, text: &str) -> Result<(), Problem> {
    let Some(live) = token::live(app, text).await? else { return Ok(()) };
    let mut transaction = app.database.write().await?;
    if live.revoke(&mut transaction).await? {
        let entry = Entry::event("access_token", "revoke", "success").by(live.user_id(), live.user_id());
        append(&mut transaction, entry, &stamp(app.settings.clock.now())).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Gives a service account an access token for its client id and secret.
pub(crate) async fn client_credentials(
    app: &App,
    client_id: &str,
    secret: &Secret,
) -> Result<Answer, Problem> {
    let account: Option<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT s.user_id, s.secret_hash FROM client_secrets s JOIN service_accounts a ON a.id = s.user_id \
             WHERE a.client_id = $1",
    )
    .bind(client_id)
    .fetch_optional(app.database.reader())
    .await?;
    let proved = api_key::matches(secret.expose(), account.as_ref().map(|(_, hash)| hash.as_slice()));
    let Some((user_id, _)) = account.filter(|_| proved) else {
        refusals::write(app, Entry::event("session", "token", "refused:token_invalid")).await?;
        return Err(Problem::new(Code::TokenInvalid, "The client id or the client secret is wrong."));
    };
    refusals::write(app, Entry::event("session", "token", "success").by(&user_id, client_id)).await?;
    Ok(tokens(&token::issue(app, &Issue::to(&user_id)).await?, None))
}

/// What a login is answered with.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Tokens<'a> {
    /// Access token, a JWT.
    #[schemars(extend("format" = "password"))]
    access_token: &'a str,
    /// How the access token is sent.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Buys the next tokens, once; only where somebody has logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "password"))]
    refresh_token: Option<&'a str>,
    /// Type of the access token; only where it was exchanged for another token.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

/// The type of access tokens, as token exchange names it.
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The answer to an exchange.
pub(crate) fn exchanged(access_token: &str, expires_in: i64) -> Answer {
    Answer::of(&Tokens {
        access_token,
        token_type: "Bearer",
        expires_in,
        refresh_token: None,
        issued_token_type: Some(ACCESS_TOKEN),
    })
}

fn tokens(access_token: &str, refresh_token: Option<&str>) -> Answer {
    Answer::of(&Tokens {
        access_token,
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
        refresh_token,
        issued_token_type: None,
    })
}
