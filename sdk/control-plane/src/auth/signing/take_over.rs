//! Sealing keys that were kept in plain by servers before this one.

use crate::{
    auth::signing::key::{TABLE, place},
    database::{Connection, Database},
    settings::Secret,
    vault::{Material, Vault},
};

/// Seals every key that is in the database in plain; finds none on all but the first start.
pub(crate) async fn seal_plain(database: &Database, vault: &Vault) -> Result<(), sqlx::Error> {
    let mut transaction = database.write().await?;
    let keys: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, private_key_pem FROM signing_keys WHERE private_key_pem IS NOT NULL ORDER BY id",
    )
    .fetch_all(&mut *transaction)
    .await?;
    if keys.is_empty() {
        return Ok(());
    }
    let count = keys.len();
    for (id, private_key_pem) in keys {
        seal(&mut transaction, vault, (&id, private_key_pem)).await?;
    }
    transaction.commit().await?;
    tracing::info!(component = "vault", count, "signing keys that were kept in plain are sealed now");
    // What was overwritten is still in the file until then. Another process may be at it, which is no reason not to start.
    if let Err(error) = database.scrub().await {
        tracing::warn!(component = "vault", error = %error, "what was deleted could not be scrubbed from the database");
    }
    Ok(())
}

async fn seal(connection: &mut Connection, vault: &Vault, key: (&str, String)) -> Result<(), sqlx::Error> {
    let (id, private_key_pem) = key;
    sqlx::query("UPDATE signing_keys SET private_key_pem = NULL WHERE id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    Material::Fresh(Secret::new(private_key_pem)).store(connection, TABLE, &place(id), vault).await
}
