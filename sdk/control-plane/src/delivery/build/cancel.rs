//! `POST /builds/{id}:cancel`.

use serde_json::json;

use crate::{
    audit::Actor,
    clock::stamp,
    delivery::build::{BUILD, Build, BuildStatus, work::record},
    document::choice::word_of,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        standing::Standing,
        store,
        write::authorise,
    },
};

/// Cancels a build that has not ended; one that is canceled stays so.
pub(super) async fn cancel(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let id = &known_form(&BUILD, id)?;
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, &BUILD, &caller, id).await?;
    let row = present(&BUILD, row)?;
    authorise(&caller, &row, "build:cancel")?;
    let build = Standing::<Build>::find(&mut transaction, id).await?;
    let mut build = build.ok_or_else(|| Problem::not_found(BUILD.kind))?;
    match build.object.status {
        BuildStatus::Queued | BuildStatus::Running => {}
        BuildStatus::Canceled => return Ok(Answer { etag: Some(row.etag), ..Answer::json(row.document) }),
        status @ (BuildStatus::Success | BuildStatus::Failed) => {
            return Err(Problem::new(Code::InvalidState, "The build has ended.")
                .with("state", word_of(status))
                .with("allowed", json!(["queued", "running"]))
                .in_workspace(&row.workspace_id));
        }
    }
    build.object.status = BuildStatus::Canceled;
    build.object.completed_at = Some(now.clone());
    build.object.reason = Some(format!("Canceled by {}.", caller.email));
    build.object.requested_by = Some(Actor::from(&caller));
    let revision = record(&mut transaction, &mut build, "canceled", &now).await?;
    let row = store::find(&mut *transaction, &BUILD, &caller, id).await?;
    let row = present(&BUILD, row)?;
    transaction.commit().await?;
    Ok(Answer { etag: Some(row.etag), revision: Some(revision), ..Answer::json(row.document) })
}
