//! Creating an object.

use axum::http::StatusCode;

use crate::{
    access::{Scope, denied},
    app::{API, App},
    audit::{self, Entry},
    auth::Caller,
    clock::stamp,
    database::Connection,
    document::Document,
    http::{
        answer::Answer,
        idempotency::{Attempt, Stored, Wanted},
        problem::Problem,
        query::Effect,
    },
    object::{
        Call, Object, Subject,
        id::Id,
        read::present,
        store::{self, NaturalKey, Record},
        write::{Stamps, already_exists, assemble, authorise, read_body, render, text_field, with_secrets},
    },
    quota,
};

pub(crate) async fn create<T: Object>(call: Call, body: Document) -> Result<Answer, Problem> {
    let Call { app, caller, headers, mut query } = call;
    let effect = Effect::take(&mut query)?;
    query.finish()?;
    let wanted = Wanted { path: T::SHAPE.collection, body: &body };
    let attempt = Attempt::read(&headers, &caller.user_id, wanted, &app.vault)?;
    // A dry run creates nothing that could be created twice.
    let attempt = match effect {
        Effect::Real => Some(attempt),
        Effect::DryRun => None,
    };

    let now = app.settings.clock.now();
    let mut transaction = app.database.write().await?;
    // An earlier answer comes before validation: the body it was given for was valid then.
    if let Some(attempt) = &attempt
        && let Some(stored) = attempt.find(&mut transaction, now).await?
    {
        // The answer shows the object, so it takes the right to read it.
        let access = caller.look_up(&mut transaction, now).await?;
        access.standing(&stored.workspace_id).ok_or_else(|| Problem::not_found(T::SHAPE.kind))?;
        access.require_somewhere(&T::SHAPE.permission("read"), &stored.workspace_id)?;
        return Ok(stored.answer);
    }

    let (object, labels) = read_body::<T>(body, None)?;
    let id = match effect {
        Effect::Real => Id::<T>::generate(),
        Effect::DryRun => Id::nil(),
    }
    .to_string();
    let time = stamp(now);
    let draft = Draft { object, labels, id: &id, now: &time, app: &app };
    let (created, once) = insert(&mut transaction, &caller, draft).await?;
    match attempt {
        None => {
            transaction.rollback().await?;
            Ok(Answer { status: StatusCode::OK, body: created.answer.body, ..Answer::default() })
        }
        Some(attempt) => {
            attempt.store(&mut transaction, now, &created).await?;
            transaction.commit().await?;
            Ok(if once.is_empty() { created.answer } else { with_secrets(created.answer, once) })
        }
    }
}

/// A valid object that has not been checked against the others.
struct Draft<'a, T> {
    object: T,
    labels: Document,
    id: &'a str,
    now: &'a str,
    app: &'a App,
}

/// Answers with what is stored for repeated requests, and with the fields that are shown this once.
async fn insert<T: Object>(
    connection: &mut Connection,
    caller: &Caller,
    draft: Draft<'_, T>,
) -> Result<(Stored, Document), Problem> {
    let Draft { mut object, labels, id, now, app } = draft;
    let stamps = Stamps { id, created_at: now, updated_at: now };
    let shape = T::SHAPE;
    let draft = assemble(&object, labels.clone(), &stamps)?;
    let parent = shape.parent_of(&draft);
    let workspace_id = match parent {
        Some((parent, parent_id)) => {
            let row = store::find(&mut *connection, parent.shape, caller, parent_id.id).await?;
            let Some(row) = row else {
                let detail = format!("There is no such {}.", parent.shape.kind);
                return Err(Problem::invalid(&format!("/{}", parent.field), "not_found", detail));
            };
            let row = present(parent.shape, Some(row))?;
            authorise(caller, &row, &shape.permission("create"))?;
            row.workspace_id
        }
        None => {
            refuse_limited(caller, &shape.permission("create"))?;
            id.to_owned()
        }
    };
    let parent = parent.map(|(_, id)| id);
    let in_workspace = |problem: Problem| problem.in_workspace(&workspace_id);

    let key = text_field(&draft, shape.key);
    let wanted = NaturalKey { parent, key, except: id };
    if let Some(existing) = store::find_key(connection, shape, &wanted).await? {
        let seen = store::find(&mut *connection, shape, caller, &existing).await?.map(|row| row.id);
        return Err(in_workspace(already_exists(shape, key, seen)));
    }
    let subject = Subject { caller, workspace_id: &workspace_id, id, earlier: None, now, vault: &app.vault };
    object.check(connection, &subject).await.map_err(in_workspace)?;
    quota::refuse_full(connection, shape, &workspace_id, &app.settings.quotas).await.map_err(in_workspace)?;

    let document = assemble(&object, labels, &stamps)?;
    let (text, etag) = render(&document, 1);
    let record = Record {
        id,
        workspace_id: &workspace_id,
        key,
        document: &text,
        etag: &etag,
        version: 1,
        updated_at: now,
    };
    store::insert(connection, shape, parent, &record).await?;
    object.stored(connection, &subject).await?;
    let entry = Entry::change(caller, shape.kind, "create")
        .of(&workspace_id, id, 1)
        .with_diff(&Document::new(), &document);
    let revision = audit::append(connection, entry, now).await?;
    let (status, location) = match object.operation() {
        None => (StatusCode::CREATED, format!("{API}/{}/{id}", shape.collection)),
        Some(operation) => (StatusCode::ACCEPTED, format!("{API}/operations/{operation}")),
    };
    let answer = Answer {
        status,
        body: Some(text),
        etag: Some(etag),
        revision: Some(revision),
        location: Some(location),
        ..Answer::default()
    };
    Ok((Stored { answer, workspace_id }, object.shown_once()))
}

/// What belongs to nothing else can be created by anybody, but not with a credential that opens one workspace only.
fn refuse_limited(caller: &Caller, permission: &str) -> Result<(), Problem> {
    match caller.access.only_workspace() {
        None => Ok(()),
        Some(only) => {
            let detail = "This credential is good for one workspace only.";
            Err(denied(detail, permission, &Scope::workspace(only)))
        }
    }
}
