//! `POST /service-accounts/{id}:rotate`: a new secret in place of the one before.

use axum::{extract::Path, http::StatusCode, response::Response};
use serde_json::json;

use crate::{
    access::{hand_on, load},
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
    tenancy::service_account::{SERVICE_ACCOUNT, ServiceAccount, model::Credentials, register},
};

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Post,
            path: "/service-accounts/{id}:rotate".into(),
            id: "rotateServiceAccount".into(),
            tag: SERVICE_ACCOUNT.collection,
            summary: "Makes a new secret for a service account".into(),
            about: "The one before is no longer good. Takes the permission `service_account:rotate`, and everything that \
                    the service account may do."
                .into(),
        },
        serve,
    )
    .takes(Effect::parameter())
    .answers(
        Reply::json::<Created<ServiceAccount>>(StatusCode::OK, "The service account; but for a dry run, with the secret.")
            .may_have(Header::ETag)
            .may_have(Header::Revision)
            .may_have(Header::CacheControl),
    )
    .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone])
}

async fn serve(Path(id): Path<String>, call: Call) -> Response {
    respond(rotate(call, &id).await)
}

async fn rotate(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let effect = Effect::take(&mut query)?;
    query.finish()?;
    let id = known_form(&SERVICE_ACCOUNT, id)?;
    let time = app.settings.clock.now();
    let now = stamp(time);
    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, &SERVICE_ACCOUNT, &caller, &id).await?;
    let row = present(&SERVICE_ACCOUNT, row)?;
    authorise(&caller, &row, "service_account:rotate")?;
    // Whoever has the secret is the account.
    let grants = load::grants_of_user(&mut transaction, &row.workspace_id, &id, time).await?;
    hand_on::require_all(&caller.access, &row.workspace_id, &grants, None)?;

    let credentials = Credentials::new();
    register::write_secret(&mut transaction, &id, &credentials.text()).await?;
    let fields = Document::from_iter([("secret_rotated_at".to_owned(), json!(now))]);
    let entry = Entry::change(&caller, SERVICE_ACCOUNT.kind, "update");
    let rewriting = Rewriting { entry, shape: &SERVICE_ACCOUNT, id: &id, fields, now: &now };
    let answer = rewrite(&mut transaction, rewriting).await?;
    match effect {
        Effect::Real => {
            transaction.commit().await?;
            let secret = Document::from_iter([("client_secret".to_owned(), json!(credentials.text()))]);
            Ok(with_secrets(answer, secret))
        }
        Effect::DryRun => {
            transaction.rollback().await?;
            Ok(Answer { body: answer.body, ..Answer::default() })
        }
    }
}
