//! `POST /promotions:plan`.

use axum::{body::Body, http::StatusCode, response::Response};

use crate::{
    delivery::environment::ENVIRONMENT,
    delivery::{environment::Environment, release::Release},
    document::{Document, Fields, fields::Errors},
    http::{
        answer::Answer,
        body::read_object,
        problem::{Code, Problem},
    },
    object::{Call, id::Id, read::present, routes::respond, store, write::authorise},
    openapi::{Heading, Operation, Place, Reply, Request, Verb},
    promotion::{
        direction::Direction,
        plan::{Plan, Question, draft, gather, keep},
    },
};

/// What is to be planned.
struct Wish {
    release_id: Id<Release>,
    environment_id: Id<Environment>,
    direction: Direction,
}

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Post,
        path: "/promotions:plan".into(),
        id: "planPromotion".into(),
        tag: "promotions",
        summary: "Plans a promotion".into(),
        about: "Takes the permission `promotion:read`, and changes nothing. Says what would go where, what it waits for, and the \
                digest that a promotion is asked for with. A rollback goes back to a release that was there before; \
                it is refused across a release that migrates data for good."
            .into(),
    };
    Operation::new(heading, serve)
        .changes_nothing()
        .reads(Request::json(|fields| {
            read(fields);
        }))
        .answers(Reply::json::<Plan>(StatusCode::OK, "The plan."))
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone, Code::InvalidState])
}

fn read(fields: &mut Fields<'_>) -> Wish {
    fields.explain("release_id", "Release that is to go.");
    fields.explain("environment_id", "Environment it is to go to.");
    fields.explain("operation", "Which way the release moves.");
    Wish {
        release_id: fields.required_id("release_id"),
        environment_id: fields.required_id("environment_id"),
        direction: fields.choice_or("operation", Direction::Promote),
    }
}

async fn serve(call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        plan(call, body).await
    };
    respond(result.await)
}

async fn plan(call: Call, body: Document) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let mut errors = Errors::default();
    let wish = Fields::read(body, "", &mut errors, read);
    errors.into_result()?;
    let now = app.settings.clock.now();
    let mut transaction = app.database.work().await?;
    let environment_id = wish.environment_id.to_string();
    let row = store::find(&mut *transaction, &ENVIRONMENT, &caller, &environment_id).await?;
    let row = present(&ENVIRONMENT, row)?;
    authorise(&caller, &row, "promotion:read")?;
    let question = Question {
        workspace_id: &row.workspace_id,
        environment_id: wish.environment_id,
        release_id: wish.release_id,
        direction: wish.direction,
        now,
        requester: Some(caller.user_id.clone()),
        voters: Vec::new(),
        answers: &[],
    };
    let facts = gather(&mut transaction, &question).await?;
    let facts = facts.map_err(|obstacle| obstacle.problem().in_workspace(&row.workspace_id))?;
    let plan = draft(&facts);
    keep(&mut transaction, &plan, now).await?;
    transaction.commit().await?;
    Ok(Answer::of(&plan))
}
