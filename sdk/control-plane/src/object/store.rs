//! The SQL of objects. Statements are put together from the constants of a [`Shape`]; every value is bound.

use sqlx::{Any, AssertSqlSafe, Executor};

use crate::{
    access::{Scope, Sight, ancestor},
    auth::Caller,
    database::{Connection, Database, Statement},
    document::Document,
    http::{
        page::{LARGEST, Page, Position},
        problem::Problem,
    },
    object::{ParentId, Shape, kind::column},
};

/// A stored object, with what it belongs to.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) document: String,
    pub(crate) etag: String,
    pub(crate) version: i64,
    pub(crate) archived_at: Option<String>,
    pub(crate) created_at: String,
    /// The project that it is or belongs to.
    pub(crate) project_id: Option<String>,
    /// The environment that it is or belongs to.
    pub(crate) environment_id: Option<String>,
}

impl Row {
    /// Bytes that it takes in an answer.
    pub(crate) fn size(&self) -> usize {
        self.document.len()
    }

    /// Where it is.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope {
            workspace_id: &self.workspace_id,
            project_id: self.project_id.as_deref(),
            environment_id: self.environment_id.as_deref(),
        }
    }

    pub(crate) fn parsed(&self) -> Result<Document, Problem> {
        serde_json::from_str(&self.document).map_err(|error| {
            tracing::error!(component = "store", object = %self.id, error = %error, "a stored document is not JSON");
            Problem::new(crate::http::problem::Code::Internal, "A stored object could not be read.")
        })
    }
}

/// What is written of an object.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) id: &'a str,
    pub(crate) workspace_id: &'a str,
    pub(crate) key: &'a str,
    pub(crate) document: &'a str,
    pub(crate) etag: &'a str,
    pub(crate) version: i64,
    pub(crate) updated_at: &'a str,
}

fn columns(shape: &Shape) -> String {
    let nothing = || "CAST(NULL AS TEXT)".to_owned();
    let project_id = ancestor(shape, "project").unwrap_or_else(nothing);
    let environment_id = ancestor(shape, "environment").unwrap_or_else(nothing);
    let (table, workspace_id) = (shape.table, shape.workspace_column);
    format!(
        "SELECT t.id, t.{workspace_id} AS workspace_id, t.document, t.etag, t.version, t.archived_at, t.created_at, \
         {project_id} AS project_id, {environment_id} AS environment_id FROM {table} t"
    )
}

/// The objects of a kind in the workspaces that the caller is a member of, and that their credential opens. Members see that
/// objects are there; what they may do with them is another question.
fn visible(shape: &Shape, caller: &Caller) -> Statement {
    let mut query = Statement::new(columns(shape));
    let workspace_id = shape.workspace_column;
    query.push(&format!(" JOIN memberships m ON m.workspace_id = t.{workspace_id} AND m.user_id = "));
    query.push_bind(caller.user_id.as_str());
    query.push(" WHERE 1 = 1");
    if let Some(only) = caller.access.only_workspace() {
        query.push(&format!(" AND t.{workspace_id} = ")).push_bind(only);
    }
    query
}

/// The object, if there is one and the caller is a member of its workspace.
pub(crate) async fn find(
    executor: impl Executor<'_, Database = Any>,
    shape: &Shape,
    caller: &Caller,
    id: &str,
) -> Result<Option<Row>, sqlx::Error> {
    let mut query = visible(shape, caller);
    query.push(" AND t.id = ").push_bind(id);
    let row: Option<Row> = query.fetch_optional(executor).await?;
    Ok(row.filter(|row| is_known(caller, row)))
}

/// The objects among `ids` that exist in workspaces of the caller, in no particular order. With them, how many bytes were
/// found: past [`LARGEST`] it was not looked any further.
pub(crate) async fn find_many(
    executor: impl Executor<'_, Database = Any>,
    shape: &Shape,
    caller: &Caller,
    ids: &[&str],
) -> Result<(Vec<Row>, usize), sqlx::Error> {
    let mut query = visible(shape, caller);
    query.push(" AND t.archived_at IS NULL AND t.id IN (").push_list(&padded(ids)).push(")");
    let mut rows: Vec<Row> = query.fetch_until(executor, (LARGEST, Row::size)).await?;
    let found = rows.iter().map(Row::size).sum();
    rows.retain(|row| is_known(caller, row));
    Ok((rows, found))
}

/// Whether the caller is a member of the object's workspace now. Rows may be read from a copy that is behind, memberships never.
fn is_known(caller: &Caller, row: &Row) -> bool {
    caller.access.standing(&row.workspace_id).is_some()
}

/// The ids, with the last one repeated up to a round number: the database keeps one prepared statement per length.
fn padded<'a>(ids: &[&'a str]) -> Vec<&'a str> {
    let length =
        [1, 5, 20, 50, 100, 200].into_iter().find(|length| *length >= ids.len()).unwrap_or(ids.len());
    let last = ids.last().copied().unwrap_or_default();
    ids.iter().copied().chain(std::iter::repeat(last)).take(length).collect()
}

/// What a list is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) page: Page,
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) labels: Vec<(String, String)>,
}

/// Of the objects that the caller may read, one more than the page holds, if there is one, so that the caller knows whether to
/// go on: than it was asked for, or than there is room for.
pub(crate) async fn page(
    database: &Database,
    shape: &Shape,
    caller: &Caller,
    filter: &Filter,
) -> Result<Vec<Row>, sqlx::Error> {
    let page = &filter.page;
    let mut query = visible(shape, caller);
    query.push(" AND t.archived_at IS NULL");
    let sight: Sight<'_> = caller.access.sight(&shape.permission("read"));
    sight.narrow(&mut query, shape);
    for (field, value) in &filter.fields {
        query.push(" AND t.").push(column(field)).push(" = ").push_bind(value);
    }
    for (key, value) in &filter.labels {
        let (key, value) = (query.bind(key), query.bind(value));
        query.push(" AND ").push(&database.dialect().has_label("t.document", &key, &value));
    }
    if let Some(Position { created_at, id }) = &page.after {
        query.push(" AND (t.created_at, t.id) > (").push_bind(created_at).push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY t.created_at, t.id LIMIT ").push_bind(i64::from(page.limit) + 1);
    query.fetch_until(database.reader(), (LARGEST, Row::size)).await
}

/// What is unique within a parent, and the object that may have it.
#[derive(Debug)]
pub(crate) struct NaturalKey<'a> {
    pub(crate) parent: Option<ParentId<'a>>,
    pub(crate) key: &'a str,
    pub(crate) except: &'a str,
}

/// The id of the object that has this natural key.
pub(crate) async fn find_key(
    connection: &mut Connection,
    shape: &Shape,
    wanted: &NaturalKey<'_>,
) -> Result<Option<String>, sqlx::Error> {
    let NaturalKey { parent, key, except } = *wanted;
    let mut query = Statement::new("SELECT id FROM ");
    query
        .push(shape.table)
        .push(" WHERE archived_at IS NULL AND ")
        .push(shape.key_column())
        .push(" = ")
        .push_bind(key);
    query.push(" AND id <> ").push_bind(except);
    if let Some(ParentId { field, id }) = parent {
        query.push(" AND ").push(field).push(" = ").push_bind(id);
    }
    Ok(query.fetch_optional::<(String,)>(connection).await?.map(|(id,)| id))
}

pub(crate) async fn insert(
    connection: &mut Connection,
    shape: &Shape,
    parent: Option<ParentId<'_>>,
    record: &Record<'_>,
) -> Result<(), sqlx::Error> {
    let mut names = vec!["id", "document", "etag", "version", "created_at", "updated_at"];
    let named = shape.key != "id";
    if named {
        names.push(shape.key_column());
    }
    if shape.workspace_column != "id" {
        names.push(shape.workspace_column);
    }
    let parent = parent.filter(|parent| parent.field != shape.workspace_column);
    names.extend(parent.map(|parent| parent.field));
    let mut query = Statement::new("INSERT INTO ");
    query.push(shape.table).push(" (").push(&names.join(", ")).push(") VALUES (");
    query.push_list(&[record.id, record.document, record.etag]).push(", ").push_bind(record.version);
    query.push(", ").push_list(&[record.updated_at, record.updated_at]);
    if named {
        query.push(", ").push_bind(record.key);
    }
    if shape.workspace_column != "id" {
        query.push(", ").push_bind(record.workspace_id);
    }
    if let Some(parent) = parent {
        query.push(", ").push_bind(parent.id);
    }
    query.push(")");
    query.execute(connection).await?;
    Ok(())
}

pub(crate) async fn update(
    connection: &mut Connection,
    shape: &Shape,
    record: &Record<'_>,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "UPDATE {} SET {} = $1, document = $2, etag = $3, version = $4, updated_at = $5 WHERE id = $6",
        shape.table,
        shape.key_column()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(record.key)
        .bind(record.document)
        .bind(record.etag)
        .bind(record.version)
        .bind(record.updated_at)
        .bind(record.id)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete(connection: &mut Connection, shape: &Shape, id: &str) -> Result<(), sqlx::Error> {
    let sql = format!("DELETE FROM {} WHERE id = $1", shape.table);
    sqlx::query(AssertSqlSafe(sql)).bind(id).execute(connection).await?;
    Ok(())
}

pub(crate) async fn archive(
    connection: &mut Connection,
    shape: &Shape,
    id: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let sql = format!("UPDATE {} SET archived_at = $1 WHERE id = $2", shape.table);
    sqlx::query(AssertSqlSafe(sql)).bind(now).bind(id).execute(connection).await?;
    Ok(())
}

/// An object that stands in the way of deleting another.
#[derive(Debug, sqlx::FromRow, serde::Serialize)]
pub(crate) struct Dependent {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Some of the objects of kind `child` below a parent of kind `shape`; enough to say what is in the way.
pub(crate) async fn dependents(
    connection: &mut Connection,
    shape: &Shape,
    child: &Shape,
    parent_id: &str,
) -> Result<Vec<Dependent>, sqlx::Error> {
    let Some(field) = child.field_for(shape) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT '{}' AS kind, id, {} AS name FROM {} WHERE {} = $1 AND archived_at IS NULL ORDER BY created_at, id \
         LIMIT 20",
        child.kind,
        child.key_column(),
        child.table,
        field
    );
    sqlx::query_as(AssertSqlSafe(sql)).bind(parent_id).fetch_all(connection).await
}

/// Removes everything below an object, deepest first.
pub(crate) async fn delete_children(
    connection: &mut Connection,
    shape: &'static Shape,
    id: &str,
) -> Result<(), sqlx::Error> {
    // From the leaves up: each level is the ids whose chain of parents ends in `id`.
    fn collect(shape: &'static Shape, chosen: String, statements: &mut Vec<String>) {
        for child in shape.children {
            let Some(field) = child.field_for(shape) else { continue };
            let condition = format!("{field} IN ({chosen})");
            collect(child, format!("SELECT id FROM {} WHERE {condition}", child.table), statements);
            statements.push(format!("DELETE FROM {} WHERE {condition}", child.table));
        }
    }
    let mut statements = Vec::new();
    collect(shape, "$1".to_owned(), &mut statements);
    for sql in statements {
        sqlx::query(AssertSqlSafe(sql)).bind(id).execute(&mut *connection).await?;
    }
    Ok(())
}
