//! The SQL only environments need.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use crate::object::store::Dependent;

/// An environment as a point in the graph of promotions.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) slug: String,
    pub(super) promotes_from: Vec<String>,
}

/// All environments of a project, by id.
pub(super) async fn graph(
    connection: &mut SqliteConnection,
    project_id: &str,
) -> Result<HashMap<String, Node>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT id, slug, json_extract(document, '$.promotes_from') FROM environments WHERE project_id = ?",
    )
    .bind(project_id)
    .fetch_all(connection)
    .await?;
    let node = |(id, slug, list): (String, String, String)| {
        (id, Node { slug, promotes_from: serde_json::from_str(&list).unwrap_or_default() })
    };
    Ok(rows.into_iter().map(node).collect())
}

/// The environments that promote from this one.
pub(super) async fn promoted_to(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Vec<Dependent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT 'environment' AS kind, e.id AS id, e.slug AS name FROM environments e \
         WHERE e.project_id = (SELECT project_id FROM environments WHERE id = ?1) AND e.id <> ?1 \
         AND EXISTS (SELECT 1 FROM json_each(e.document, '$.promotes_from') f WHERE f.value = ?1) \
         ORDER BY e.created_at, e.id LIMIT 20",
    )
    .bind(id)
    .fetch_all(connection)
    .await
}
