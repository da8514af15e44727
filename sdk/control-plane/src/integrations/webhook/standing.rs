//! How a webhook fares: its last delivery, the failures in a row, and the end of it after too many.

use serde_json::{Value, json};

use crate::{
    audit::{self, Entry},
    database::Connection,
    document::{Document, canonical},
    http::problem::Problem,
    integrations::webhook::{LastDelivery, WEBHOOK},
    object::write::render,
};

/// A webhook as it is kept beside its deliveries.
#[derive(sqlx::FromRow)]
struct Row {
    workspace_id: String,
    document: String,
    version: i64,
    failures: i64,
}

impl Row {
    async fn find(connection: &mut Connection, id: &str) -> Result<Option<(Self, Document)>, sqlx::Error> {
        let sql = "SELECT workspace_id, document, version, failures FROM webhooks WHERE id = $1";
        let row: Option<Self> = sqlx::query_as(sql).bind(id).fetch_optional(connection).await?;
        let parsed = row.map(|row| {
            let document = serde_json::from_str(&row.document)?;
            Ok::<_, serde_json::Error>((row, document))
        });
        parsed.transpose().map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

/// Notes a delivery that came through.
pub(in crate::integrations) async fn delivered(
    connection: &mut Connection,
    id: &str,
    delivery: &LastDelivery,
) -> Result<(), sqlx::Error> {
    let Some((_, mut document)) = Row::find(connection, id).await? else { return Ok(()) };
    document.insert("last_delivery".to_owned(), json!(delivery));
    write(connection, id, &document, 0).await
}

/// Notes a delivery that failed for good, and disables the webhook if it is one too many.
pub(in crate::integrations) async fn give_up(
    connection: &mut Connection,
    id: &str,
    delivery: &LastDelivery,
    now: &str,
) -> Result<(), Problem> {
    let Some((row, mut document)) = Row::find(connection, id).await? else { return Ok(()) };
    let failures = row.failures + 1;
    document.insert("last_delivery".to_owned(), json!(delivery));
    let most = document.get("disable_after_failures").and_then(Value::as_i64).unwrap_or(i64::MAX);
    let is_enabled = document.get("enabled").and_then(Value::as_bool) == Some(true);
    if failures < most || !is_enabled {
        return Ok(write(connection, id, &document, failures).await?);
    }
    let before = document.clone();
    for (name, value) in [
        ("enabled", json!(false)),
        ("disabled_at", json!(now)),
        ("disabled_reason", json!("failures")),
        ("updated_at", json!(now)),
    ] {
        document.insert(name.to_owned(), value);
    }
    let version = row.version + 1;
    let (_, etag) = render(&document, version);
    write(connection, id, &document, failures).await?;
    sqlx::query("UPDATE webhooks SET etag = $1, version = $2, updated_at = $3 WHERE id = $4")
        .bind(etag)
        .bind(version)
        .bind(now)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let mut entry = Entry::event(WEBHOOK.kind, "disable", "success")
        .of(&row.workspace_id, id, version)
        .with_diff(&before, &document);
    entry.actor = Some("control plane".to_owned());
    audit::append(connection, entry, now).await?;
    Ok(())
}

/// Writes the document without a new version or tag.
async fn write(
    connection: &mut Connection,
    id: &str,
    document: &Document,
    failures: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE webhooks SET document = $1, failures = $2 WHERE id = $3")
        .bind(canonical::text(&Value::Object(document.clone())))
        .bind(failures)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}
