//! `GET /operations` and `GET /operations/{id}?wait=30s`.

use std::time::{Duration, Instant};

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::Response,
};
use serde_json::json;

use crate::{
    app::App,
    auth::Caller,
    events::{Woken, seconds},
    http::{
        answer::Answer,
        etag,
        problem::{Code, Problem},
    },
    kinds::KINDS,
    object::{
        Call,
        kind::Kind,
        list,
        read::{known_form, present},
        routes::respond,
        schema::{Shown, page},
        store::{self, Row},
        write::{authorise, text_field},
    },
    openapi::{Header, Heading, Operation as Route, Parameter, Place, Reply, Verb},
    operation::{OPERATION, Operation},
};

/// Operations among the kinds: they are read and listed.
pub(crate) const KIND: Kind =
    Kind { shape: &OPERATION, operations, schema: |generator| generator.subschema_for::<Shown<Operation>>() };

fn operations() -> Vec<Route> {
    vec![listing(), reading()]
}

fn listing() -> Route {
    let heading = Heading {
        path: "/operations".into(),
        id: "listOperations".into(),
        summary: "Lists operations".into(),
        about: "Shows what is in the workspaces of the caller, oldest first, page by page.".into(),
        ..heading()
    };
    let route = Route::new(heading, list_operations)
        .takes(Parameter::limit())
        .takes(Parameter::cursor())
        .takes(Parameter::labels())
        .answers(Reply::json_of(StatusCode::OK, "A page of operations.", page::<Operation>));
    OPERATION.filters.iter().fold(route, |route, field| {
        let about = format!("Narrows the list to operations with this `{field}`.");
        route.takes(Parameter::text(field, &about))
    })
}

fn reading() -> Route {
    let heading = Heading {
        path: "/operations/{id}".into(),
        id: "readOperation".into(),
        summary: "Reads an operation, or waits for its end".into(),
        about: "Takes the permission `operation:read`, or to read what is worked on. Waits at most as long as it is told: until the operation has ended, \
                or is not any more what If-None-Match says."
            .into(),
        ..heading()
    };
    let wait = "How long to wait, in whole seconds: `30s`.";
    Route::new(heading, read_operation)
        .takes(Parameter::query("wait", wait, json!({"type": "string", "pattern": "^([12]?[0-9]|30)s$"})))
        .unless_unchanged(&[Header::ETag])
        .answers(Reply::json::<Shown<Operation>>(StatusCode::OK, "The operation.").with(Header::ETag))
        .refuses(&[Code::NotFound, Code::PermissionDenied])
}

/// What the headings share.
fn heading() -> Heading {
    Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: String::new(),
        id: String::new(),
        tag: "operations",
        summary: String::new(),
        about: String::new(),
    }
}

async fn list_operations(call: Call) -> Response {
    respond(list::list(&OPERATION, call).await)
}

async fn read_operation(Path(id): Path<String>, call: Call) -> Response {
    respond(read(call, &id).await)
}

/// Answers as soon as the operation has ended, or is not what `If-None-Match` says, or the wait is over.
///
/// What waits holds no connection of the database: it is woken by the events the work leaves, wherever it is done.
async fn read(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, headers, mut query } = call;
    let wait = query.take("wait")?.map_or(Ok(Duration::ZERO), |text| seconds(&text))?;
    query.finish()?;
    let id = known_form(&OPERATION, id)?;
    let until = Instant::now() + wait;
    let mut listener = app.pulse.listener();
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    loop {
        let row = store::find(app.database.reader(), &OPERATION, &caller, &id).await?;
        let row = present(&OPERATION, row)?;
        authorise_reading(&app, &caller, &row).await?;
        let ended = row.parsed()?.get("completed_at").is_some_and(|at| !at.is_null());
        let unchanged = seen.is_some_and(|tags| etag::none_match_covers(tags, &row.etag));
        let changed = seen.is_some() && !unchanged;
        let left = until.saturating_duration_since(Instant::now());
        if ended || changed || left.is_zero() || listener.wait(left).await == Woken::Stopping {
            let answer =
                if unchanged { Answer::empty(StatusCode::NOT_MODIFIED) } else { Answer::json(row.document) };
            return Ok(Answer { etag: Some(row.etag), ..answer });
        }
    }
}

/// Whoever may read what is worked on may read how the work goes, also with nothing in the rest of the workspace.
async fn authorise_reading(app: &App, caller: &Caller, row: &Row) -> Result<(), Problem> {
    let permission = OPERATION.permission("read");
    if caller.access.allows(&permission, &row.scope()) {
        return Ok(());
    }
    let document = row.parsed()?;
    let kind = text_field(&document, "kind");
    if let Some(shape) = KINDS.iter().map(|kind| kind.shape).find(|shape| shape.kind == kind) {
        let id = text_field(&document, "resource_id");
        if let Some(resource) = store::find(app.database.reader(), shape, caller, id).await? {
            return authorise(caller, &resource, &shape.permission("read"));
        }
    }
    authorise(caller, row, &permission)
}
