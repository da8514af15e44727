//! Deleting an object.

use axum::http::StatusCode;

use crate::{
    audit::{self, Entry},
    clock::stamp,
    database::Connection,
    document::Document,
    http::{
        answer::Answer,
        etag::Expectation,
        problem::{Code, Problem},
        query::{Effect, Query},
    },
    object::{
        Archival, Call, Object, Shape, Subject,
        read::{known_form, present},
        store::{self, Dependent, Row},
        update::expect,
        write::authorise,
    },
    tenancy::role_binding,
};

pub(crate) async fn delete<T: Object>(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, headers, mut query } = call;
    let effect = Effect::take(&mut query)?;
    let id = known_form(T::SHAPE, id)?;
    let expectation = Expectation::required(&headers)?;
    let now = stamp(app.settings.clock.now());

    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, T::SHAPE, &caller, &id).await?;
    let row = present(T::SHAPE, row)?;
    let before = row.parsed()?;
    if !T::is_own(&before, &caller) {
        authorise(&caller, &row, &T::SHAPE.permission("delete"))?;
    }
    let result = async {
        expect(&mut transaction, &expectation, &row).await?;
        let subject = Subject {
            caller: &caller,
            workspace_id: &row.workspace_id,
            id: &row.id,
            earlier: Some(&before),
            now: &now,
            vault: &app.vault,
        };
        remove::<T>(&mut transaction, &row, &subject, query).await
    };
    let revision = result.await.map_err(|problem: Problem| problem.in_workspace(&row.workspace_id))?;
    match effect {
        Effect::Real => {
            transaction.commit().await?;
            Ok(Answer { revision: Some(revision), ..Answer::empty(StatusCode::NO_CONTENT) })
        }
        Effect::DryRun => {
            transaction.rollback().await?;
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        }
    }
}

async fn remove<T: Object>(
    connection: &mut Connection,
    row: &Row,
    subject: &Subject<'_>,
    mut query: Query,
) -> Result<i64, Problem> {
    let (shape, now) = (T::SHAPE, subject.now);
    let archival = T::before_delete(connection, subject, &mut query).await?;
    query.finish()?;
    let action = match archival {
        Archival::Delete => {
            store::delete(connection, shape, &row.id).await?;
            role_binding::forget(connection, &row.id).await?;
            "delete"
        }
        Archival::Archive => {
            store::archive(connection, shape, &row.id, now).await?;
            "archive"
        }
    };
    let entry = Entry::change(subject.caller, shape.kind, action)
        .of(&row.workspace_id, &row.id, row.version + 1)
        .with_diff(subject.earlier.unwrap_or(&Document::new()), &Document::new());
    Ok(audit::append(connection, entry, now).await?)
}

/// Refuses to delete an object whose protection is on.
pub(crate) fn refuse_protected(subject: &Subject<'_>) -> Result<(), Problem> {
    let protected = subject.earlier.and_then(|document| document.get("deletion_protection")?.as_bool());
    if protected != Some(true) {
        return Ok(());
    }
    Err(Problem::new(
        Code::InvalidState,
        "Deletion protection is on. Set deletion_protection to false first.",
    )
    .with("state", "deletion_protected")
    .with("allowed", serde_json::json!([])))
}

/// Refuses to delete an object others belong to.
pub(crate) async fn refuse_in_use(
    connection: &mut Connection,
    shape: &Shape,
    id: &str,
) -> Result<(), Problem> {
    refuse_dependents(belongings(connection, shape, id).await?)
}

/// Some of the objects that belong to an object.
pub(crate) async fn belongings(
    connection: &mut Connection,
    shape: &Shape,
    id: &str,
) -> Result<Vec<Dependent>, Problem> {
    let mut dependents = Vec::new();
    for child in shape.children {
        dependents.extend(store::dependents(connection, shape, child, id).await?);
    }
    Ok(dependents)
}

pub(crate) fn refuse_dependents(dependents: Vec<Dependent>) -> Result<(), Problem> {
    if dependents.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::InUse, "Other objects depend on this one. Delete them first.")
        .with("dependents", serde_json::json!(dependents)))
}
