//! `GET /environments/{id}/resolved-variables`: what holds in an environment, and where each comes from.

use axum::{extract::Path, http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    delivery::environment::ENVIRONMENT,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        routes::respond,
        store,
        write::{authorise, text_field},
    },
    openapi::{Heading, Operation, Place, Reply, Verb},
    variables::{
        resolved::{Location, Resolved, nearest},
        secret::SECRET,
        variable::VARIABLE,
    },
};

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: "/environments/{id}/resolved-variables".into(),
        id: "resolveVariables".into(),
        tag: "environments",
        summary: "Shows what variables and secrets hold in an environment".into(),
        about: "Of several with one name the nearest holds: that of the environment, of the project, of a set attached to \
                the environment, of a set attached to the project, of the workspace. Of several sets it is the one \
                attached last. Secrets are shown by their fingerprints."
            .into(),
    };
    Operation::new(heading, resolved)
        .answers(Reply::json::<ResolvedVariables>(StatusCode::OK, "What holds, by name."))
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone])
}

/// What holds in an environment.
#[derive(Debug, Serialize, JsonSchema)]
struct ResolvedVariables {
    /// Variables and secrets, by name.
    data: Vec<Resolved>,
}

async fn resolved(Path(id): Path<String>, call: Call) -> Response {
    respond(answer(call, &id).await)
}

async fn answer(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let id = known_form(&ENVIRONMENT, id)?;
    let row = store::find(app.database.reader(), &ENVIRONMENT, &caller, &id).await?;
    let row = present(&ENVIRONMENT, row)?;
    authorise(&caller, &row, &VARIABLE.permission("read"))?;
    authorise(&caller, &row, &SECRET.permission("read"))?;
    let environment = row.parsed()?;
    let place = Location {
        environment: &id,
        project: text_field(&environment, "project_id"),
        workspace: &row.workspace_id,
    };
    let mut connection = app.database.reader().acquire().await?;
    let found = nearest(&mut connection, &place).await?;
    Ok(Answer::of(&ResolvedVariables { data: found.into_values().collect() }))
}
