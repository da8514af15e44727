//! The routes of builds: what is built stays as it is, so there is no changing and no deleting.

use axum::{extract::Path, http::StatusCode, response::Response};

use crate::{
    delivery::build::{Build, cancel::cancel, model::LOG},
    http::problem::Code,
    object::{
        Call,
        routes::{accepted, creation, heading, listing, reading, respond},
        schema::Shown,
    },
    openapi::{Header, Heading, Operation, Reply, Verb},
};

pub(crate) fn operations() -> Vec<Operation> {
    let creation = creation::<Build>().answers(accepted::<Build>()).refuses(&[Code::InvalidState]);
    vec![listing::<Build>(), creation, reading::<Build>(), cancellation(), LOG.operation(logs)]
}

fn cancellation() -> Operation {
    let heading = Heading {
        path: "/builds/{id}:cancel".into(),
        id: "cancelBuild".into(),
        summary: "Cancels a build".into(),
        about: "Takes the role member. What has run stays; one that is canceled already stays so.".into(),
        ..heading::<Build>(Verb::Post)
    };
    Operation::new(heading, cancel_build)
        .answers(
            Reply::json::<Shown<Build>>(StatusCode::OK, "The build, canceled.")
                .with(Header::ETag)
                .may_have(Header::Revision),
        )
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::InvalidState])
}

async fn cancel_build(Path(id): Path<String>, call: Call) -> Response {
    respond(cancel(call, &id).await)
}

async fn logs(Path(id): Path<String>, call: Call) -> Response {
    respond(LOG.read(call, &id).await)
}
