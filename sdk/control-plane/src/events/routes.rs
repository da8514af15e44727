//! `GET /events`: what happens in a workspace.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    access::Scope,
    auth::Proof,
    events::{Following, Right, Start, event::EventPage, follow},
    http::problem::{Code, Problem},
    object::{Call, id::Id},
    openapi::{Heading, Operation, Parameter, Place, Reply, Verb},
    tenancy::workspace::Workspace,
};

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: "/events".into(),
        id: "followEvents".into(),
        tag: "events",
        summary: "Follows what happens in a workspace".into(),
        about: "Begins with what happens from now on, unless an event is named.".into(),
    };
    let about = "The workspace.";
    following(Operation::new(heading, events), Start::Now)
        .takes(
            Parameter::query("workspace_id", about, json!({"type": "string", "format": "uuid"})).required(),
        )
        .refuses(&[Code::NotFound, Code::PermissionDenied])
}

/// Adds what every operation has that follows events, from there on unless the caller says otherwise.
pub(crate) fn following(operation: Operation, start: Start) -> Operation {
    let id = json!({"type": "integer", "minimum": 0, "maximum": i64::MAX});
    let after = match start {
        Start::Beginning => "The event to go on after; 0 is before the first, and the default.",
        Start::Now => {
            "The event to go on after; 0 is before the first. By default it begins with what happens from now on."
        }
    };
    let wait = "How long a page may wait for the first event: `30s`. A stream needs no waiting.";
    let last = "The same as `after`; what browsers send when a stream breaks off.";
    operation
        .takes(Parameter::query("after", after, id.clone()))
        .takes(Parameter::query("wait", wait, json!({"type": "string", "pattern": "^([12]?[0-9]|30)s$"})))
        .takes(Parameter::header("Last-Event-ID", last, id))
        .answers(Reply::json::<EventPage>(StatusCode::OK, "A page, or a stream.").or_streamed())
}

async fn events(call: Call) -> Response {
    follow_workspace(call).await.unwrap_or_else(IntoResponse::into_response)
}

async fn follow_workspace(call: Call) -> Result<Response, Problem> {
    let Call { app, caller, headers, mut query } = call;
    let id = query.take("workspace_id")?.ok_or_else(|| {
        Problem::malformed("Say which workspace: the query parameter \"workspace_id\" is missing.")
    })?;
    let not_found = || Problem::not_found("workspace");
    let id = Id::<Workspace>::parse(&id).ok_or_else(not_found)?.to_string();
    caller.access.standing(&id).ok_or_else(not_found)?;
    caller.access.require("event:read", &Scope::workspace(&id))?;
    let right = Right::in_workspace(Proof::of(&headers), "event:read", &id);
    follow(&app, &headers, query, Following::workspace(&id, right)).await
}
