//! One exchange, from the token that is shown to the one that is given.

use serde_json::{Map, Value, json};

use crate::{
    app::App,
    audit::{Entry, refusals},
    auth::{
        exchange::claims::{self, Said},
        session,
        token::{self, Issue},
    },
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    settings::Secret,
    tenancy::oidc_trust::Terms,
};

/// What somebody shows, and wants to be.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) subject_token: Secret,
    /// Path of the service account, such as `acme/ci`.
    pub(crate) service_account: String,
    /// Whom the token was asked for; any of the trusts' audiences if absent.
    pub(crate) audience: Option<String>,
}

/// A service account and the trusts that name the issuer.
struct Candidates {
    id: String,
    workspace_id: String,
    trusts: Vec<(String, Terms)>,
}

pub(crate) async fn swap(app: &App, exchange: &Exchange) -> Result<Answer, Problem> {
    let token = exchange.subject_token.expose();
    let said = match claims::said(token) {
        Ok(said) => said,
        Err(fault) => return Err(refuse(app, None, fault.reason()).await?),
    };
    // The same words whether there is no such account or no such trust: a stranger learns neither.
    let Some(candidates) = find(app, exchange, &said).await? else {
        return Err(refuse(app, None, "the service account has no trust in its issuer").await?);
    };
    let now = app.settings.clock.now();
    let place = Some(candidates.workspace_id.as_str());
    let key = app.issuers.key(&said.issuer, said.key_id.as_deref(), now).await.map_err(|error| {
        tracing::warn!(component = "auth", error = %error, "the keys of an issuer could not be had");
        Problem::new(Code::Internal, "The keys of the issuer of this token cannot be had now.")
            .with_status(axum::http::StatusCode::SERVICE_UNAVAILABLE)
            .retry_after(60)
    })?;
    let Some(key) = key else {
        return Err(refuse(app, place, "its issuer has no such key").await?);
    };
    let claims = match claims::proved(token, &said, &key, now) {
        Ok(claims) => claims,
        Err(fault) => return Err(refuse(app, place, fault.reason()).await?),
    };
    let (trust_id, terms) = match choose(&candidates, exchange, &claims) {
        Ok(trust) => trust,
        Err(reason) => return Err(refuse(app, place, reason).await?),
    };

    let lifetime_seconds = terms.max_session_seconds;
    let issue = Issue { user_id: &candidates.id, trust_id: Some(trust_id), began: None, lifetime_seconds };
    let access_token = token::issue(app, &issue).await?;
    refusals::write(app, success(&candidates, trust_id, &claims)).await?;
    Ok(session::exchanged(&access_token, lifetime_seconds))
}

async fn find(app: &App, exchange: &Exchange, said: &Said) -> Result<Option<Candidates>, Problem> {
    let Some((workspace, name)) = exchange.service_account.split_once('/') else { return Ok(None) };
    let account: Option<(String, String)> = sqlx::query_as(
        "SELECT a.id, a.workspace_id FROM service_accounts a JOIN workspaces w ON w.id = a.workspace_id \
         WHERE w.slug = $1 AND a.name = $2",
    )
    .bind(workspace)
    .bind(name)
    .fetch_optional(app.database.reader())
    .await?;
    let Some((id, workspace_id)) = account else { return Ok(None) };
    let trusts: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, document FROM oidc_trusts WHERE service_account_id = $1 AND issuer = $2 ORDER BY created_at, id",
    )
    .bind(&id)
    .bind(&said.issuer)
    .fetch_all(app.database.reader())
    .await?;
    let read = |(id, document): (String, String)| Ok((id, Terms::read(&document)?));
    let trusts: Vec<(String, Terms)> = trusts.into_iter().map(read).collect::<Result<_, sqlx::Error>>()?;
    Ok((!trusts.is_empty()).then_some(Candidates { id, workspace_id, trusts }))
}

/// The first trust that a token comes under, or why it comes under none.
fn choose<'a>(
    candidates: &'a Candidates,
    exchange: &Exchange,
    claims: &Map<String, Value>,
) -> Result<&'a (String, Terms), &'static str> {
    let mut reason = "it is for another audience";
    for trust in &candidates.trusts {
        let (_, terms) = trust;
        let is_asked = exchange.audience.as_ref().is_none_or(|asked| *asked == terms.audience);
        if is_asked && claims::is_for(claims, &terms.audience) {
            if terms.admit(claims) {
                return Ok(trust);
            }
            reason = "its subject or claims are those of nobody who is trusted";
        }
    }
    Err(reason)
}

/// Notes a refusal and words it.
async fn refuse(app: &App, workspace_id: Option<&str>, reason: &str) -> Result<Problem, Problem> {
    let mut entry = Entry::event("session", "exchange", "refused:token_invalid");
    entry.workspace_id = workspace_id.map(str::to_owned);
    entry.details.insert("reason".to_owned(), json!(reason));
    refusals::write(app, entry).await?;
    Ok(Problem::new(Code::TokenInvalid, format!("The subject token is not taken: {reason}.")))
}

fn success(candidates: &Candidates, trust_id: &str, claims: &Map<String, Value>) -> Entry {
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    let mut entry = Entry::event("session", "exchange", "success").by(&candidates.id, subject);
    entry.workspace_id = Some(candidates.workspace_id.clone());
    entry.details.insert("trust_id".to_owned(), json!(trust_id));
    entry
}
