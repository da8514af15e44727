//! `GET /events`: what happens in a workspace.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    app::App,
    auth::membership,
    events::{Following, follow},
    http::problem::Problem,
    object::{Call, id::Id},
    tenancy::workspace::Workspace,
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/events", get(events))
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
    let mut connection = app.database.reader().acquire().await?;
    membership::role(&mut connection, &id, &caller.user_id).await?.ok_or_else(not_found)?;
    drop(connection);
    follow(&app, &headers, query, Following::workspace(&id)).await
}
