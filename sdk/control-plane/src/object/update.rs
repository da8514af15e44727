//! Changing an object by a JSON merge patch.

use serde_json::Value;

use crate::{
    audit::{self, Change, Entry},
    auth::Caller,
    clock::stamp,
    database::Connection,
    document::{
        Document,
        fields::Errors,
        merge::{changed_fields, merge},
    },
    http::{
        answer::Answer,
        etag::Expectation,
        problem::{Code, Problem},
        query::Effect,
    },
    object::{
        Call, Earlier, Object, Shape, Subject,
        read::{known_form, present},
        store::{self, NaturalKey, Record, Row},
        write::{
            COMMON_COMPUTED, Stamps, already_exists, assemble, authorise, read_body, render, text_field,
        },
    },
    vault::Vault,
};

/// A change that is wanted of an object.
pub(crate) struct Alteration<T> {
    /// What it is called in permissions and in the audit log.
    pub(crate) action: &'static str,
    pub(crate) patch: Document,
    /// What is done to the object once the patch is in it.
    pub(crate) adjust: fn(&mut T) -> Result<(), Problem>,
}

pub(crate) async fn update<T: Object>(call: Call, id: &str, patch: Document) -> Result<Answer, Problem> {
    alter::<T>(call, id, Alteration { action: "update", patch, adjust: |_| Ok(()) }).await
}

/// Changes an object as by a patch, with the same preconditions.
pub(crate) async fn alter<T: Object>(
    call: Call,
    id: &str,
    alteration: Alteration<T>,
) -> Result<Answer, Problem> {
    let Call { app, caller, headers, mut query } = call;
    let effect = Effect::take(&mut query)?;
    query.finish()?;
    let id = known_form(T::SHAPE, id)?;
    let expectation = Expectation::required(&headers)?;
    let now = stamp(app.settings.clock.now());

    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, T::SHAPE, &caller, &id).await?;
    let row = present(T::SHAPE, row)?;
    authorise(&caller, &row, &T::SHAPE.permission(alteration.action))?;
    let result = async {
        expect(&mut transaction, &expectation, &row).await?;
        let revision = Revision { row: &row, alteration: &alteration, now: &now, vault: &app.vault };
        change::<T>(&mut transaction, &caller, revision).await
    };
    let answer = result.await.map_err(|problem: Problem| problem.in_workspace(&row.workspace_id))?;
    match effect {
        Effect::Real => {
            transaction.commit().await?;
            Ok(answer)
        }
        Effect::DryRun => {
            transaction.rollback().await?;
            Ok(Answer { body: answer.body, ..Answer::default() })
        }
    }
}

/// Refuses a change that is based on another version, and says what happened since.
pub(crate) async fn expect(
    connection: &mut Connection,
    expectation: &Expectation,
    row: &Row,
) -> Result<(), Problem> {
    if expectation.admits(&row.etag) {
        return Ok(());
    }
    let seen = expectation.newest_version().filter(|version| *version < row.version);
    let change = audit::changes_since(connection, &row.id, seen.unwrap_or(row.version - 1)).await?;
    let Change { by, at, fields } = change;
    Err(Problem::new(
        Code::PreconditionFailed,
        "The object has changed since. Read it again and repeat the change.",
    )
    .with("changed_by", by)
    .with("changed_at", at)
    .with("changed_fields", fields))
}

/// A change to an object, at a time.
struct Revision<'a, T> {
    row: &'a Row,
    alteration: &'a Alteration<T>,
    now: &'a str,
    vault: &'a Vault,
}

async fn change<T: Object>(
    connection: &mut Connection,
    caller: &Caller,
    revision: Revision<'_, T>,
) -> Result<Answer, Problem> {
    let Revision { row, alteration, now, vault } = revision;
    let patch = &alteration.patch;
    let shape = T::SHAPE;
    let before = row.parsed()?;
    let updated_at = text_field(&before, "updated_at");
    let unchanged = Stamps { id: &row.id, created_at: &row.created_at, updated_at };
    let mut body = writable(shape, &before);
    T::before_merge(&mut body, patch);
    merge(&mut body, patch);
    let earlier = Earlier { document: &before, patch };
    let (mut object, labels) = read_body::<T>(body, Some(&earlier))?;
    (alteration.adjust)(&mut object)?;
    let draft = assemble(&object, labels.clone(), &unchanged)?;
    refuse_immutable(shape, &before, &draft)?;

    let key = text_field(&draft, shape.key);
    let parent = shape.parent_of(&draft).map(|(_, id)| id);
    let wanted = NaturalKey { parent, key, except: &row.id };
    if let Some(existing) = store::find_key(connection, shape, &wanted).await? {
        let seen = store::find(&mut *connection, shape, caller, &existing).await?.map(|row| row.id);
        return Err(already_exists(shape, key, seen));
    }
    let subject =
        Subject { caller, workspace_id: &row.workspace_id, id: &row.id, earlier: Some(&before), now, vault };
    object.check(connection, &subject).await?;
    let settled = assemble(&object, labels.clone(), &unchanged)?;
    if changed_fields(&before, &settled).is_empty() {
        // Nothing to write: the version, and so every tag handed out for it, stays good.
        let revision = Some(audit::revision(connection).await?);
        let (body, etag) = (Some(row.document.clone()), Some(row.etag.clone()));
        return Ok(Answer { body, etag, revision, ..Answer::default() });
    }

    let version = row.version + 1;
    let document = assemble(&object, labels, &Stamps { updated_at: now, ..unchanged })?;
    let (text, etag) = render(&document, version);
    let record = Record {
        id: &row.id,
        workspace_id: &row.workspace_id,
        key,
        document: &text,
        etag: &etag,
        version,
        updated_at: now,
    };
    store::update(connection, shape, &record).await?;
    object.stored(connection, &subject).await?;
    let entry = Entry::change(caller, shape.kind, alteration.action)
        .of(&row.workspace_id, &row.id, version)
        .with_diff(&before, &document);
    let revision = Some(audit::append(connection, entry, now).await?);
    Ok(Answer { body: Some(text), etag: Some(etag), revision, ..Answer::default() })
}

/// The stored object without what only the server writes.
fn writable(shape: &Shape, document: &Document) -> Document {
    let mut body = document.clone();
    body.retain(|name, value| {
        !value.is_null()
            && !COMMON_COMPUTED.contains(&name.as_str())
            && !shape.computed.contains(&name.as_str())
    });
    body
}

fn refuse_immutable(shape: &Shape, before: &Document, after: &Document) -> Result<(), Problem> {
    let mut errors = Errors::default();
    for name in shape.immutable {
        let value = |document: &Document| document.get(*name).cloned().unwrap_or(Value::Null);
        if value(before) != value(after) {
            errors.add(format!("/{name}"), "immutable", format!("{name:?} cannot be changed once chosen."));
        }
    }
    errors.into_result()
}
