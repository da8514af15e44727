//! The routes of promotions: what has happened stays on record, so there is no changing and no deleting.

use axum::{
    body::Body,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    auth::Proof,
    document::choice::Choice as _,
    events::{Following, Right, Start, Told, follow, following},
    http::{
        body::read_object,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        routes::{accepted, creation, heading, listing, reading, respond},
        schema::Shown,
        store,
        write::authorise,
    },
    openapi::{Header, Heading, Operation, Reply, Request, Verb},
    promotion::{
        plan,
        process::{
            Promotion,
            machine::{Phase, Status},
            model::PROMOTION,
            steer::{cancel, pause, resume},
            verdict::{approve, read_approval, read_rejection, reject},
        },
    },
};

pub(crate) fn operations() -> Vec<Operation> {
    let creation = creation::<Promotion>().answers(accepted::<Promotion>()).refuses(&[
        Code::InvalidState,
        Code::PlanStale,
        Code::Frozen,
    ]);
    vec![
        plan::operation(),
        listing::<Promotion>(),
        creation,
        reading::<Promotion>(),
        changed(
            Operation::new(changing("approve", APPROVE), approve_promotion)
                .reads(Request::json(|fields| {
                    read_approval(fields);
                }))
                .refuses(&[Code::PlanStale]),
        ),
        changed(Operation::new(changing("reject", REJECT), reject_promotion).reads(Request::json(
            |fields| {
                read_rejection(fields);
            },
        ))),
        changed(Operation::new(changing("cancel", CANCEL), cancel_promotion)),
        changed(Operation::new(changing("pause", PAUSE), pause_promotion)),
        changed(Operation::new(changing("resume", RESUME), resume_promotion).refuses(&[Code::Frozen])),
        following_one(),
    ]
}

const APPROVE: &str = "Takes the permission `promotion:approve`. The approval is for exactly the plan that is named. One that no gate counts is \
                       refused; who has approved already has done so.";
const REJECT: &str = "Takes the permission `promotion:reject`. Ends a promotion that has done nothing yet.";
const CANCEL: &str = "Takes the permission `promotion:cancel`. One that waits ends at once. One that deploys ends after the wave it is at, and \
                      puts back what was there before.";
const PAUSE: &str = "Takes the permission `promotion:pause`. It pauses after the wave it is at; a pause that would end by itself does not any \
                     more.";
const RESUME: &str = "Takes the permission `promotion:resume`. Goes on with the next wave.";

/// A route that changes a promotion.
fn changing(verb: &str, about: &str) -> Heading {
    let (first, rest) = verb.split_at(1);
    Heading {
        path: format!("/promotions/{{id}}:{verb}"),
        id: format!("{verb}Promotion"),
        summary: format!("{}{rest}s a promotion", first.to_ascii_uppercase()),
        about: about.to_owned(),
        ..heading::<Promotion>(Verb::Post)
    }
}

/// Adds what is answered where a promotion was changed.
fn changed(operation: Operation) -> Operation {
    operation
        .answers(
            Reply::json::<Shown<Promotion>>(StatusCode::OK, "The promotion, changed.")
                .with(Header::ETag)
                .may_have(Header::Revision),
        )
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::InvalidState])
}

fn following_one() -> Operation {
    let heading = Heading {
        path: "/promotions/{id}/events".into(),
        id: "followPromotion".into(),
        summary: "Follows a promotion".into(),
        about: "Begins with its first event, unless one is named, and ends with its last.".into(),
        ..heading::<Promotion>(Verb::Get)
    };
    following(Operation::new(heading, events), Start::Beginning)
        .refuses(&[Code::PermissionDenied, Code::NotFound])
}

async fn approve_promotion(Path(id): Path<String>, call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        approve(call, &id, body).await
    };
    respond(result.await)
}

async fn reject_promotion(Path(id): Path<String>, call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        reject(call, &id, body).await
    };
    respond(result.await)
}

async fn cancel_promotion(Path(id): Path<String>, call: Call) -> Response {
    respond(cancel(call, &id).await)
}

async fn pause_promotion(Path(id): Path<String>, call: Call) -> Response {
    respond(pause(call, &id).await)
}

async fn resume_promotion(Path(id): Path<String>, call: Call) -> Response {
    respond(resume(call, &id).await)
}

async fn events(Path(id): Path<String>, call: Call) -> Response {
    follow_promotion(call, &id).await.unwrap_or_else(IntoResponse::into_response)
}

/// From the first event of a promotion to the one that ends it.
async fn follow_promotion(call: Call, id: &str) -> Result<Response, Problem> {
    let Call { app, caller, headers, query } = call;
    let id = known_form(&PROMOTION, id)?;
    let row = present(&PROMOTION, store::find(app.database.reader(), &PROMOTION, &caller, &id).await?)?;
    authorise(&caller, &row, &PROMOTION.permission("read"))?;
    let right = Right::at(Proof::of(&headers), PROMOTION.permission("read"), &row);
    follow(&app, &headers, query, Following::resource(&id, right, ends)).await
}

fn ends(told: &Told) -> bool {
    let happened = told.name.strip_prefix("promotion.").unwrap_or_default();
    let status = Status::ALL.iter().find(|(word, _)| *word == happened);
    status.is_some_and(|(_, status)| status.phase() == Phase::Final)
}
