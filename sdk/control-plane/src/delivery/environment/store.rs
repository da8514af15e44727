//! The SQL only environments need.

use std::collections::BTreeMap;

use crate::{database::Connection, object::store::Dependent};

/// An environment as a point in the graph of promotions.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) slug: String,
    pub(super) promotes_from: Vec<String>,
}

/// The part of the document that has a say in the graph.
#[derive(serde::Deserialize)]
struct Sources {
    promotes_from: Vec<String>,
}

/// All environments of a project, by id. Ids ascend with the time, so this is the order they were created in.
pub(super) async fn graph(
    connection: &mut Connection,
    project_id: &str,
) -> Result<BTreeMap<String, Node>, sqlx::Error> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, slug, document FROM environments WHERE project_id = $1")
            .bind(project_id)
            .fetch_all(connection)
            .await?;
    let node = |(id, slug, document): (String, String, String)| {
        let sources: Sources =
            serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok((id, Node { slug, promotes_from: sources.promotes_from }))
    };
    rows.into_iter().map(node).collect()
}

/// The environments that promote from this one.
pub(super) async fn promoted_to(
    connection: &mut Connection,
    id: &str,
) -> Result<Vec<Dependent>, sqlx::Error> {
    let project_id: Option<String> = sqlx::query_scalar("SELECT project_id FROM environments WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let nodes = match project_id {
        Some(project_id) => graph(connection, &project_id).await?,
        None => return Ok(Vec::new()),
    };
    let follows = |(other, node): (String, Node)| {
        let follows = other != id && node.promotes_from.iter().any(|source| source == id);
        follows.then(|| Dependent { kind: "environment".to_owned(), id: other, name: node.slug })
    };
    Ok(nodes.into_iter().filter_map(follows).take(20).collect())
}
