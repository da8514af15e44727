//! Whether the server is there, for whoever keeps it running.

use axum::{extract::State, http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    app::App,
    http::{answer::Answer, problem::Problem},
    object::routes::respond,
    openapi::{Heading, Operation, Place, Reply, Verb},
};

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
struct ServerHealth {
    /// One word.
    status: &'static str,
}

pub(crate) fn operations() -> [Operation; 2] {
    let heading = |path: &str, id: &str, summary: &str| Heading {
        place: Place::Root,
        method: Verb::Get,
        path: path.into(),
        id: id.into(),
        tag: "server",
        summary: summary.into(),
        about: String::new(),
    };
    let alive_heading = Heading {
        about: "Answers as long as the process does.".into(),
        ..heading("/healthz", "checkHealth", "Says whether the server is alive")
    };
    let ready_heading = Heading {
        about: "Ready means that the database answers; until it does, the answer is 503.".into(),
        ..heading("/readyz", "checkReadiness", "Says whether the server is ready")
    };
    [
        Operation::new(alive_heading, alive)
            .answers(Reply::json::<ServerHealth>(StatusCode::OK, "It is alive.")),
        Operation::new(ready_heading, ready)
            .answers(Reply::json::<ServerHealth>(StatusCode::OK, "It is ready.")),
    ]
}

async fn alive() -> Answer {
    Answer::of(&ServerHealth { status: "ok" })
}

async fn ready(State(app): State<App>) -> Response {
    let result = sqlx::query("SELECT 1").execute(app.database.reader()).await;
    respond(match result {
        Ok(_) => Ok(Answer::of(&ServerHealth { status: "ready" })),
        Err(error) => Err(Problem::from(error).with_status(StatusCode::SERVICE_UNAVAILABLE)),
    })
}
