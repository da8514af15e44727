//! Who the caller is, in their own words.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    app::App,
    auth::{Caller, Credential, Role},
    http::{answer::Answer, query::Query},
    object::routes::respond,
    openapi::{Heading, Operation, Place, Reply, Verb},
};

/// Who the caller is.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    /// Id of the user or service account.
    user_id: String,
    /// Email address.
    email: String,
    /// Name, for people.
    name: String,
    /// What the caller proved it with.
    credential: Credential,
    /// Id of the API key; null with an access token.
    key_id: Option<String>,
    /// The workspaces that the caller is a member of.
    workspaces: Vec<Membership>,
}

/// A workspace, and what the caller may do in it.
#[derive(Debug, Serialize, JsonSchema)]
struct Membership {
    /// Id of the workspace.
    id: String,
    /// Slug of the workspace.
    slug: String,
    /// The most powerful of the caller's built-in roles there; null if they have none.
    role: Option<&'static str>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Get,
            path: "/me".into(),
            id: "readMe".into(),
            tag: "sessions",
            summary: "Says who the caller is".into(),
            about: "And in which workspaces, with which role.".into(),
        },
        me,
    )
    .answers(Reply::json::<Me>(StatusCode::OK, "The caller."))
}

async fn me(State(app): State<App>, caller: Caller, RawQuery(query): RawQuery) -> Response {
    let result = async {
        Query::parse(query.as_deref()).finish()?;
        let workspaces: Vec<(String, String)> = sqlx::query_as(
            "SELECT w.id, w.slug FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
             WHERE m.user_id = $1 ORDER BY w.created_at, w.id",
        )
        .bind(&caller.user_id)
        .fetch_all(app.database.reader())
        .await?;
        let membership = |(id, slug): (String, String)| {
            let role = caller.access.standing(&id)?.role().map(Role::name);
            Some(Membership { id, slug, role })
        };
        let workspaces: Vec<Membership> = workspaces.into_iter().filter_map(membership).collect();
        let Caller { user_id, email, name, credential, key_id, .. } = caller;
        Ok(Answer::of(&Me { user_id, email, name, credential, key_id, workspaces }))
    };
    respond(result.await)
}
