//! Who the caller is, in their own words.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    auth::Caller,
    http::{answer::Answer, query::Query},
    object::routes::respond,
};

#[derive(Debug, Serialize, sqlx::FromRow)]
struct Membership {
    id: String,
    slug: String,
    role: String,
}

pub(crate) async fn me(State(app): State<App>, caller: Caller, RawQuery(query): RawQuery) -> Response {
    let result = async {
        Query::parse(query.as_deref()).finish()?;
        let workspaces: Vec<Membership> = sqlx::query_as(
            "SELECT w.id, w.slug, m.role FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
             WHERE m.user_id = $1 ORDER BY w.created_at, w.id",
        )
        .bind(&caller.user_id)
        .fetch_all(app.database.reader())
        .await?;
        let body = json!({
            "user_id": caller.user_id,
            "email": caller.email,
            "name": caller.name,
            "credential": caller.credential,
            "key_id": caller.key_id,
            "workspaces": workspaces,
        });
        Ok(Answer::json(body.to_string()))
    };
    respond(result.await)
}
