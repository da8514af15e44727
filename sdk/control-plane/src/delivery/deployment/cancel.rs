//! `POST /deployments/{id}:cancel`.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    app::API,
    clock::stamp,
    delivery::deployment::{
        machine::{Event, Status},
        model::DEPLOYMENT,
        store::load,
        turn::{end, record},
        work::JOB,
    },
    document::choice::word_of,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        store,
        write::authorise,
    },
    work::hasten,
};

/// Ends a deployment that waits at once, and one that is under way as soon as its step lets go. What was deployed stays.
pub(super) async fn cancel(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let id = &known_form(&DEPLOYMENT, id)?;
    let time = app.settings.clock.now();
    let now = stamp(time);
    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, &DEPLOYMENT, &caller, id).await?;
    let row = present(&DEPLOYMENT, row)?;
    authorise(&caller, &row, "deployment:cancel")?;
    let deployment = load(&mut transaction, id).await?;
    let mut deployment = deployment.ok_or_else(|| Problem::not_found(DEPLOYMENT.kind))?;
    let status = deployment.object.status;
    deployment.object.cancel_requested = true;
    let revision = match status {
        Status::Pending => {
            deployment.object.skip_rest(&now);
            deployment.object.move_by(Event::Cancel);
            end(&mut transaction, &mut deployment, &now).await?
        }
        Status::Validating | Status::Deploying | Status::HealthCheck => {
            hasten(&mut transaction, JOB, &json!({"deployment_id": id}), time).await?;
            record(&mut transaction, &mut deployment, &now).await?
        }
        Status::Canceled => return Ok(Answer { etag: Some(row.etag), ..Answer::json(row.document) }),
        Status::Success | Status::Failed | Status::RolledBack => {
            return Err(Problem::new(Code::InvalidState, "The deployment has ended.")
                .with("state", word_of(status))
                .with("allowed", json!(["pending", "validating", "deploying", "health_check"]))
                .in_workspace(&row.workspace_id));
        }
    };
    let row = store::find(&mut *transaction, &DEPLOYMENT, &caller, id).await?;
    let row = present(&DEPLOYMENT, row)?;
    transaction.commit().await?;
    let answer = Answer { etag: Some(row.etag), revision: Some(revision), ..Answer::json(row.document) };
    Ok(match deployment.object.operation_id.filter(|_| status.is_active()) {
        None => answer,
        Some(operation) => Answer {
            status: StatusCode::ACCEPTED,
            location: Some(format!("{API}/operations/{operation}")),
            ..answer
        },
    })
}
