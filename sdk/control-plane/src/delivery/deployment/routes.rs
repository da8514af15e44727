//! The routes of deployments: what was deployed stays on record, so there is no changing and no deleting.

use axum::{
    body::Body,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    auth::Proof,
    delivery::deployment::{
        cancel::cancel,
        model::{DEPLOYMENT, Deployment, LOG},
        undoing::{read_wish, rollback},
    },
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
};

pub(crate) fn operations() -> Vec<Operation> {
    let creation = creation::<Deployment>().answers(accepted::<Deployment>()).refuses(&[
        Code::InvalidState,
        Code::Locked,
        Code::Frozen,
    ]);
    vec![
        listing::<Deployment>(),
        creation,
        reading::<Deployment>(),
        cancellation(),
        undoing(),
        LOG.operation(logs),
        following_one(),
    ]
}

fn cancellation() -> Operation {
    let heading = Heading {
        path: "/deployments/{id}:cancel".into(),
        id: "cancelDeployment".into(),
        summary: "Cancels a deployment".into(),
        about: "Takes the role member. One that waits ends at once; one that is under way ends as soon as its step \
                lets go, and what was deployed stays."
            .into(),
        ..heading::<Deployment>(Verb::Post)
    };
    Operation::new(heading, cancel_deployment)
        .answers(
            Reply::json::<Shown<Deployment>>(StatusCode::OK, "The deployment, canceled.")
                .with(Header::ETag)
                .may_have(Header::Revision),
        )
        .answers(
            Reply::json::<Shown<Deployment>>(StatusCode::ACCEPTED, "The deployment, which is about to end.")
                .with(Header::ETag)
                .with(Header::Location)
                .with(Header::Revision),
        )
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::InvalidState])
}

fn undoing() -> Operation {
    let heading = Heading {
        path: "/deployments/{id}:rollback".into(),
        id: "rollbackDeployment".into(),
        summary: "Rolls a deployment back".into(),
        about:
            "Takes the role member. Starts a deployment that puts back what was there before; it is what is \
                answered. Refused across a release that migrates data for good."
                .into(),
        ..heading::<Deployment>(Verb::Post)
    };
    Operation::new(heading, roll_back_deployment)
        .with_idempotency_key()
        .reads(Request::json(|fields| {
            read_wish(fields);
        }))
        .answers(accepted::<Deployment>())
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::InvalidState, Code::Locked, Code::Frozen])
}

fn following_one() -> Operation {
    let heading = Heading {
        path: "/deployments/{id}/events".into(),
        id: "followDeployment".into(),
        summary: "Follows a deployment".into(),
        about: "Begins with its first event, unless one is named, and ends with its last.".into(),
        ..heading::<Deployment>(Verb::Get)
    };
    following(Operation::new(heading, events), Start::Beginning)
        .refuses(&[Code::NotFound, Code::PermissionDenied])
}

async fn cancel_deployment(Path(id): Path<String>, call: Call) -> Response {
    respond(cancel(call, &id).await)
}

async fn roll_back_deployment(Path(id): Path<String>, call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        rollback(call, &id, body).await
    };
    respond(result.await)
}

async fn logs(Path(id): Path<String>, call: Call) -> Response {
    respond(LOG.read(call, &id).await)
}

async fn events(Path(id): Path<String>, call: Call) -> Response {
    follow_deployment(call, &id).await.unwrap_or_else(IntoResponse::into_response)
}

/// From the first event of a deployment to the one that ends it.
async fn follow_deployment(call: Call, id: &str) -> Result<Response, Problem> {
    let Call { app, caller, headers, query } = call;
    let id = known_form(&DEPLOYMENT, id)?;
    let row = present(&DEPLOYMENT, store::find(app.database.reader(), &DEPLOYMENT, &caller, &id).await?)?;
    authorise(&caller, &row, &DEPLOYMENT.permission("read"))?;
    let right = Right::at(Proof::of(&headers), DEPLOYMENT.permission("read"), &row);
    follow(&app, &headers, query, Following::resource(&id, right, ends)).await
}

/// A deployment that is being rolled back has failed, but has not ended.
fn ends(told: &Told) -> bool {
    let happened = told.name.strip_prefix("deployment.").unwrap_or_default();
    ["succeeded", "failed", "canceled", "rolled_back"].contains(&happened)
}
