//! `POST /secrets/{id}:rotate`: a new value for a secret that the server made up.

use axum::{extract::Path, http::StatusCode, response::Response};

use crate::{
    document::Document,
    http::{problem::Code, query::Effect},
    object::{
        Call,
        routes::respond,
        schema::Shown,
        update::{Alteration, alter},
    },
    openapi::{Header, Heading, Operation, Place, Reply, Verb},
    variables::secret::Secret,
};

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Post,
        path: "/secrets/{id}:rotate".into(),
        id: "rotateSecret".into(),
        tag: "secrets",
        summary: "Rotates a secret".into(),
        about: "Makes up a new value for a secret that the server made up. Takes the role member.".into(),
    };
    Operation::new(heading, rotate)
        .with_precondition()
        .takes(Effect::parameter())
        .answers(
            Reply::json::<Shown<Secret>>(StatusCode::OK, "The secret, with its new version.")
                .may_have(Header::ETag)
                .may_have(Header::Revision),
        )
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone, Code::InvalidState])
}

async fn rotate(Path(id): Path<String>, call: Call) -> Response {
    let alteration = Alteration {
        action: "rotate",
        patch: Document::new(),
        adjust: |secret: &mut Secret| secret.rotate(),
    };
    respond(alter(call, &id, alteration).await)
}
