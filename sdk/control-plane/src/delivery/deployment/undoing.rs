//! `POST /deployments/{id}:rollback`.

use serde_json::json;

use crate::{
    audit::Actor,
    clock::stamp,
    delivery::{
        deployment::{
            admission::{refuse_frozen_place, refuse_locked},
            machine::Status,
            model::{DEPLOYMENT, Deployment},
            rollback::{Undoing, goal, undo},
            store::load,
            turn::record,
        },
        deployment_target::RollbackTo,
        environment::Environment,
    },
    document::{Document, Fields, choice::word_of, fields::Errors},
    http::{
        answer::Answer,
        idempotency::{Attempt, Stored, Wanted},
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        standing::{Standing, read_document},
        store,
        write::authorise,
    },
    promotion::direction::Direction,
};

/// What a rollback is asked for with.
pub(super) struct Wish {
    to: RollbackTo,
    reason: Option<String>,
}

/// Starts a deployment that puts back what was there before this one.
pub(super) async fn rollback(call: Call, id: &str, body: Document) -> Result<Answer, Problem> {
    let Call { app, caller, headers, query } = call;
    query.finish()?;
    let id = &known_form(&DEPLOYMENT, id)?;
    let path = format!("{}/{id}:rollback", DEPLOYMENT.collection);
    let attempt = Attempt::read(&headers, &caller.user_id, Wanted { path: &path, body: &body }, &app.vault)?;
    let time = app.settings.clock.now();
    let now = stamp(time);
    let mut transaction = app.database.write().await?;
    let row = store::find(&mut *transaction, &DEPLOYMENT, &caller, id).await?;
    let row = present(&DEPLOYMENT, row)?;
    if let Some(stored) = attempt.find(&mut transaction, time).await? {
        return Ok(stored.answer);
    }
    authorise(&caller, &row, "deployment:rollback")?;
    let wish = read(body)?;
    let undone = load(&mut transaction, id).await?;
    let mut undone = undone.ok_or_else(|| Problem::not_found(DEPLOYMENT.kind))?;
    let environment_id = undone.object.environment_id.to_string();
    let environment: Option<Environment> =
        read_document(&mut transaction, "environments", &environment_id).await?;
    let environment = environment.ok_or_else(|| Problem::not_found("environment"))?;
    let in_workspace = |problem: Problem| problem.in_workspace(&row.workspace_id);
    refuse_locked(&environment, time).map_err(in_workspace)?;
    let place = (undone.object.environment_id, &environment);
    refuse_frozen_place(&mut transaction, place, Direction::Rollback, time).await.map_err(in_workspace)?;
    refuse_unfit(&undone, &environment).map_err(in_workspace)?;
    let goal = goal(&mut transaction, &undone, wish.to).await?;
    let goal = goal.map_err(|obstacle| in_workspace(obstacle.problem()))?;
    let undoing = Undoing { goal, actor: Some(Actor::from(&caller)), reason: wish.reason };
    let answer = undo(&mut transaction, &mut undone, undoing, &now).await?;
    record(&mut transaction, &mut undone, &now).await?;
    let stored = Stored { answer, workspace_id: row.workspace_id };
    attempt.store(&mut transaction, time, &stored).await?;
    transaction.commit().await?;
    Ok(stored.answer)
}

pub(super) fn read_wish(fields: &mut Fields<'_>) -> Wish {
    fields.explain("to", "What to put back: what was there before, or what was healthy last.");
    fields.explain("reason", "Why, for whoever looks at it later.");
    Wish { to: fields.choice_or("to", RollbackTo::LastVerified), reason: fields.text("reason", 1000) }
}

fn read(body: Document) -> Result<Wish, Problem> {
    let mut errors = Errors::default();
    let wish = Fields::read(body, "", &mut errors, read_wish);
    errors.into_result()?;
    Ok(wish)
}

/// Refuses to undo what has not touched anything, what is being undone, and what is not there any more.
fn refuse_unfit(undone: &Standing<Deployment>, environment: &Environment) -> Result<(), Problem> {
    let object = &undone.object;
    let current = environment.current_deployment.as_ref().map(|current| current.id.to_string());
    let state = match object.status {
        Status::Success if current.as_deref() == Some(&undone.id) && object.rolled_back_by.is_none() => {
            return Ok(());
        }
        Status::Failed if object.has_touched() && object.rolled_back_by.is_none() => return Ok(()),
        Status::Success | Status::Failed if object.rolled_back_by.is_some() => "rolling_back",
        Status::Success => "replaced",
        Status::Failed => "nothing_deployed",
        status @ (Status::Pending
        | Status::Validating
        | Status::Deploying
        | Status::HealthCheck
        | Status::RolledBack
        | Status::Canceled) => word_of(status),
    };
    let detail = "Only what an environment runs, or what has failed there, can be rolled back.";
    Err(Problem::new(Code::InvalidState, detail)
        .with("state", state)
        .with("allowed", json!(["success", "failed"])))
}
