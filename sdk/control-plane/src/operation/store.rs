//! Opening operations and reporting on them.

use sqlx::{AssertSqlSafe, Error};

use crate::{
    database::Connection,
    document::Document,
    http::problem::Problem,
    object::{
        Shape,
        id::Id,
        store::{self, Record},
        write::{Stamps, assemble, render},
    },
    operation::{OPERATION, Operation, Outcome, Progress},
};

/// An operation that begins.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    pub(crate) id: &'a str,
    /// The object that is worked on, which is stored already.
    pub(crate) resource: (&'static Shape, &'a str),
    pub(crate) stage: &'a str,
    pub(crate) now: &'a str,
}

/// Opens an operation; has to run in the transaction that asks for the work.
pub(crate) async fn open(connection: &mut Connection, opening: &Opening<'_>) -> Result<(), Problem> {
    let Opening { id, resource: (shape, resource_id), stage, now } = *opening;
    let sql = format!("SELECT {} FROM {} WHERE id = $1", shape.workspace_column, shape.table);
    let workspace_id: String =
        sqlx::query_scalar(AssertSqlSafe(sql)).bind(resource_id).fetch_one(&mut *connection).await?;
    let workspace_id = workspace_id.as_str();
    let operation = Operation {
        workspace_id: Id::parse(workspace_id).unwrap_or_else(Id::nil),
        kind: shape.kind.to_owned(),
        resource_id: resource_id.to_owned(),
        status: Outcome::Running,
        stage: stage.to_owned(),
        reason: None,
        completed_at: None,
    };
    let stamps = Stamps { id, created_at: now, updated_at: now };
    let (text, etag) = render(&assemble(&operation, Document::new(), &stamps)?, 1);
    let record =
        Record { id, workspace_id, key: id, document: &text, etag: &etag, version: 1, updated_at: now };
    Ok(store::insert(connection, &OPERATION, None, &record).await?)
}

/// Says how the work goes; has to run in the transaction of what is reported. A closed operation stays as it is.
pub(crate) async fn report(
    connection: &mut Connection,
    id: &str,
    progress: &Progress<'_>,
    now: &str,
) -> Result<(), Problem> {
    let row: Option<(String, String, i64, String)> =
        sqlx::query_as("SELECT workspace_id, document, version, created_at FROM operations WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((workspace_id, text, version, created_at)) = row else { return Ok(()) };
    let mut operation: Operation =
        serde_json::from_str(&text).map_err(|error| Error::Decode(error.into()))?;
    if operation.completed_at.is_some() {
        return Ok(());
    }
    operation.status = progress.outcome;
    progress.stage.clone_into(&mut operation.stage);
    operation.reason = progress.reason.map(str::to_owned);
    operation.completed_at = (progress.outcome != Outcome::Running).then(|| now.to_owned());
    let stamps = Stamps { id, created_at: &created_at, updated_at: now };
    let (version, workspace_id) = (version + 1, workspace_id.as_str());
    let (text, etag) = render(&assemble(&operation, Document::new(), &stamps)?, version);
    let record = Record { id, workspace_id, key: id, document: &text, etag: &etag, version, updated_at: now };
    Ok(store::update(connection, &OPERATION, &record).await?)
}
