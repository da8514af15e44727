//! The SQL only teams need.

use std::collections::BTreeMap;

use crate::{database::Connection, object::store::Dependent};

/// A team as a point in the tree of teams.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Node {
    id: String,
    pub(super) slug: String,
    pub(super) parent_team_id: Option<String>,
}

/// All teams of a workspace, by id.
pub(super) async fn tree(
    connection: &mut Connection,
    workspace_id: &str,
) -> Result<BTreeMap<String, Node>, sqlx::Error> {
    let nodes: Vec<Node> =
        sqlx::query_as("SELECT id, slug, parent_team_id FROM teams WHERE workspace_id = $1")
            .bind(workspace_id)
            .fetch_all(connection)
            .await?;
    Ok(nodes.into_iter().map(|node| (node.id.clone(), node)).collect())
}

/// Some of the teams whose parent this is.
pub(super) async fn children(connection: &mut Connection, id: &str) -> Result<Vec<Dependent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT 'team' AS kind, id, slug AS name FROM teams WHERE parent_team_id = $1 \
         ORDER BY created_at, id LIMIT 20",
    )
    .bind(id)
    .fetch_all(connection)
    .await
}
