//! `POST /api-tokens/{id}:rotate`: a new value in place of the one before.

use axum::{extract::Path, http::StatusCode, response::Response};
use serde_json::json;

use crate::{
    audit::Entry,
    clock::stamp,
    document::Document,
    http::{
        answer::Answer,
        problem::{Code, Problem},
        query::Effect,
    },
    object::{
        Call,
        read::{known_form, present},
        rewrite::{Rewriting, rewrite},
        routes::respond,
        schema::Created,
        store,
        write::{authorise, with_secrets},
    },
    openapi::{Header, Heading, Operation, Place, Reply, Verb},
    tenancy::api_token::{
        API_TOKEN, ApiToken,
        holder::{self, Asking},
        key::Key,
        model::Stored,
    },
};

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Post,
            path: "/api-tokens/{id}:rotate".into(),
            id: "rotateApiToken".into(),
            tag: API_TOKEN.collection,
            summary: "Makes a new value for an API token".into(),
            about: "The one before is no longer good. Takes the permission `api_token:rotate`, and being the principal of \
                    the token or, for a service account's, everything that it is good for."
                .into(),
        },
        serve,
    )
    .takes(Effect::parameter())
    .answers(
        Reply::json::<Created<ApiToken>>(StatusCode::OK, "The token; but for a dry run, with the value.")
            .may_have(Header::ETag)
            .may_have(Header::Revision)
            .may_have(Header::CacheControl),
    )
    .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone, Code::ValidationFailed])
}

async fn serve(Path(id): Path<String>, call: Call) -> Response {
    respond(rotate(call, &id).await)
}

async fn rotate(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let effect = Effect::take(&mut query)?;
    query.finish()?;
    let id = known_form(&API_TOKEN, id)?;
    let time = app.settings.clock.now();
    let now = stamp(time);
    let mut transaction = app.database.write().await?;
    let row = present(&API_TOKEN, store::find(&mut *transaction, &API_TOKEN, &caller, &id).await?)?;
    authorise(&caller, &row, "api_token:rotate")?;
    let document = row.parsed()?;
    let token = Stored::of(&document);
    let asking = Asking { caller: &caller, workspace_id: &row.workspace_id, now: time };
    holder::require(&mut transaction, asking, &token).await?;

    let key = Key::generate();
    key.keep(&mut transaction, &id, token.holder, &now).await?;
    let fields = [("key_id", key.id()), ("rotated_at", &now)];
    let fields: Document = fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let entry = Entry::change(&caller, API_TOKEN.kind, "update");
    let rewriting = Rewriting { entry, shape: &API_TOKEN, id: &id, fields, now: &now };
    let answer = rewrite(&mut transaction, rewriting).await?;
    match effect {
        Effect::Real => {
            transaction.commit().await?;
            Ok(with_secrets(answer, Document::from_iter([("value".to_owned(), json!(key.text()))])))
        }
        Effect::DryRun => {
            transaction.rollback().await?;
            Ok(Answer { body: answer.body, ..Answer::default() })
        }
    }
}
