//! The SQL only release blocks need, and the block a rollback puts there.

use crate::{
    audit::{self, Actor, Entry},
    database::{Connection, Statement},
    delivery::release_block::{RELEASE_BLOCK, ReleaseBlock},
    document::Document,
    http::problem::Problem,
    object::{
        ParentId,
        id::Id,
        store::{self, Record},
        write::{Stamps, assemble, render},
    },
};

/// The block of a release for exactly this environment, or for all if there is none.
pub(super) async fn existing(
    connection: &mut Connection,
    release_id: &str,
    environment_id: Option<&str>,
) -> Result<Option<String>, sqlx::Error> {
    let mut query = Statement::new("SELECT id FROM release_blocks WHERE release_id = ");
    query.push_bind(release_id);
    match environment_id {
        None => query.push(" AND environment_id IS NULL"),
        Some(environment_id) => query.push(" AND environment_id = ").push_bind(environment_id),
    };
    Ok(query.fetch_optional::<(String,)>(connection).await?.map(|(id,)| id))
}

pub(super) async fn is_of_project(
    connection: &mut Connection,
    environment_id: &str,
    release_id: &str,
) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM environments e JOIN releases r ON r.project_id = e.project_id WHERE e.id = $1 AND r.id = $2",
    )
    .bind(environment_id)
    .bind(release_id)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Why a release may not be deployed to an environment; `None` if it may.
pub(crate) async fn reason(
    connection: &mut Connection,
    release_id: &str,
    environment_id: &str,
) -> Result<Option<String>, Problem> {
    #[derive(serde::Deserialize)]
    struct Block {
        reason: String,
    }
    let text: Option<String> = sqlx::query_scalar(
        "SELECT document FROM release_blocks WHERE release_id = $1 AND (environment_id IS NULL OR environment_id = $2) \
         ORDER BY created_at, id LIMIT 1",
    )
    .bind(release_id)
    .bind(environment_id)
    .fetch_optional(connection)
    .await?;
    let block: Option<Block> = text
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(block.map(|block| block.reason))
}

/// A release that turned out bad in an environment.
#[derive(Debug)]
pub(crate) struct Bad<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) release_id: &'a str,
    pub(crate) environment_id: &'a str,
    pub(crate) reason: &'a str,
}

/// Blocks a release that turned out bad, unless it is blocked there or gone; has to run in a turn.
pub(crate) async fn block(connection: &mut Connection, bad: &Bad<'_>, now: &str) -> Result<(), Problem> {
    let Bad { workspace_id, release_id, environment_id, reason } = *bad;
    let (Some(release), Some(environment)) = (Id::parse(release_id), Id::parse(environment_id)) else {
        return Ok(());
    };
    let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM releases WHERE id = $1")
        .bind(release_id)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_none() || existing(connection, release_id, Some(environment_id)).await?.is_some() {
        return Ok(());
    }
    let block = ReleaseBlock {
        release_id: release,
        environment_id: Some(environment),
        reason: reason.to_owned(),
        automatic: true,
    };
    let id = Id::<ReleaseBlock>::generate().to_string();
    let stamps = Stamps { id: &id, created_at: now, updated_at: now };
    let document = assemble(&block, Document::new(), &stamps)?;
    let (text, etag) = render(&document, 1);
    let record =
        Record { id: &id, workspace_id, key: &id, document: &text, etag: &etag, version: 1, updated_at: now };
    let parent = ParentId { field: "release_id", id: release_id };
    store::insert(connection, &RELEASE_BLOCK, Some(parent), &record).await?;
    let entry = Entry::event(RELEASE_BLOCK.kind, "create", "success")
        .by_actor(&Actor::server())
        .of(workspace_id, &id, 1)
        .with_diff(&Document::new(), &document);
    audit::append(connection, entry, now).await?;
    Ok(())
}
