//! `GET /audit-events`: the audit log, as far as the caller may see it.

use axum::{http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    access::Scope,
    audit::{
        event::{self, AuditEvent},
        filter::{Filter, Order},
    },
    http::{
        answer::Answer,
        page::{Page, fitting},
        problem::{Code, Problem},
    },
    object::{Call, id::Id, routes::respond},
    openapi::{Heading, Operation, Parameter, Place, Reply, Verb},
    tenancy::workspace::Workspace,
};

/// What it takes to see what others did.
const PERMISSION: &str = "audit_event:read";
const CURSOR: &str = "Where the page begins: the `next_cursor` of the page before, unchanged.";

/// A page of the audit log.
#[derive(Debug, Serialize, JsonSchema)]
struct AuditEventPage {
    /// The events, in the order asked for.
    data: Vec<AuditEvent>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: "/audit-events".into(),
        id: "listAuditEvents".into(),
        tag: "audit-events",
        summary: "Lists audit events".into(),
        about: "Shows what happened in the workspaces that the caller is an admin or owner of, and what they did \
                themselves outside of any workspace, page by page. Nothing is ever removed."
            .into(),
    };
    let operation = Operation::new(heading, list)
        .takes(Parameter::limit())
        .takes(Parameter::query("cursor", CURSOR, json!({"type": "string", "pattern": "^[0-9]{1,18}$"})))
        .answers(Reply::json::<AuditEventPage>(StatusCode::OK, "A page of events."))
        .refuses(&[Code::PermissionDenied, Code::NotFound]);
    Filter::parameters().into_iter().fold(operation, Operation::takes)
}

async fn list(call: Call) -> Response {
    respond(page(call).await)
}

async fn page(call: Call) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let limit = Page::take_limit(&mut query, app.settings.page_size_max)?;
    let after = take_cursor(query.take("cursor")?)?;
    let filter = Filter::take(&mut query)?;
    query.finish()?;
    let mut connection = app.database.reader().acquire().await?;
    if let Some(workspace_id) = filter.workspace_id() {
        let not_found = || Problem::not_found("workspace");
        let id = Id::<Workspace>::parse(workspace_id).ok_or_else(not_found)?.to_string();
        caller.access.standing(&id).ok_or_else(not_found)?;
        caller.access.require(PERMISSION, &Scope::workspace(&id))?;
    }

    let mut statement = event::select();
    let sight = caller.access.sight(PERMISSION);
    let workspaces: Vec<&str> = sight.workspaces.iter().copied().collect();
    statement.push(" WHERE (");
    if !workspaces.is_empty() {
        statement.push("workspace_id IN (").push_list(&workspaces).push(") OR ");
    }
    statement.push("(workspace_id IS NULL AND user_id = ").push_bind(&caller.user_id).push("))");
    filter.narrow(&mut statement);
    let (beyond, order) = match filter.order {
        Order::OldestFirst => (" AND seq > ", " ORDER BY seq LIMIT "),
        Order::NewestFirst => (" AND seq < ", " ORDER BY seq DESC LIMIT "),
    };
    if let Some(after) = after {
        statement.push(beyond).push_bind(after);
    }
    statement.push(order).push_bind(i64::from(limit) + 1);
    let mut data = event::fetch(statement, &mut *connection).await?;
    let shown = fitting(data.iter().map(AuditEvent::size)).min(limit as usize);
    let is_last = data.len() <= shown;
    data.truncate(shown);
    let next_cursor = data.last().filter(|_| !is_last).map(|event| event.revision.to_string());
    Ok(Answer::of(&AuditEventPage { data, next_cursor }))
}

fn take_cursor(text: Option<String>) -> Result<Option<i64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        Problem::malformed("\"cursor\" is not one of ours. Use the next_cursor of a page, unchanged.")
    })
}
