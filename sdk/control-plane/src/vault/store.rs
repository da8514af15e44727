//! The SQL of sealed values.

use sqlx::AssertSqlSafe;

use crate::{database::Connection, vault::Sealed};

/// Every table with columns `id`, `sealed` and `sealed_by`.
pub(super) const TABLES: [&str; 9] = [
    "vault_keys",
    "secrets",
    "platform_connections",
    "notification_channels",
    "webhooks",
    "deployment_targets",
    "environment_gates",
    "deployments",
    "signing_keys",
];

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    sealed: Vec<u8>,
    sealed_by: String,
}

impl Row {
    pub(super) fn sealed(self) -> Sealed {
        Sealed { bytes: self.sealed, by: self.sealed_by }
    }
}

/// The sealed value of an object, if it has one.
pub(crate) async fn read(
    connection: &mut Connection,
    table: &str,
    id: &str,
) -> Result<Option<Sealed>, sqlx::Error> {
    let sql = format!("SELECT id, sealed, sealed_by FROM {table} WHERE id = $1 AND sealed IS NOT NULL");
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    Ok(row.map(Row::sealed))
}

/// Puts a sealed value in the place of the one an object has, or takes it away.
pub(crate) async fn write(
    connection: &mut Connection,
    table: &str,
    id: &str,
    sealed: Option<&Sealed>,
) -> Result<(), sqlx::Error> {
    let sql = format!("UPDATE {table} SET sealed = $1, sealed_by = $2 WHERE id = $3");
    sqlx::query(AssertSqlSafe(sql))
        .bind(sealed.map(|sealed| sealed.bytes.as_slice()))
        .bind(sealed.map(|sealed| sealed.by.as_str()))
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The ids of the master keys that something is sealed by.
pub(super) async fn keys_in_use(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let selects = TABLES.map(|table| format!("SELECT sealed_by FROM {table} WHERE sealed_by IS NOT NULL"));
    sqlx::query_scalar(AssertSqlSafe(selects.join(" UNION "))).fetch_all(connection).await
}

/// Some values of a table that another master key than `newest` has sealed.
pub(super) async fn sealed_by_others(
    connection: &mut Connection,
    table: &str,
    newest: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    let sql =
        format!("SELECT id, sealed, sealed_by FROM {table} WHERE sealed_by <> $1 ORDER BY id LIMIT 500");
    sqlx::query_as(AssertSqlSafe(sql)).bind(newest).fetch_all(connection).await
}
