//! Making a region the one that takes changes.

use url::Url;

use crate::{
    audit::{Entry, append},
    clock::{Clock, stamp},
    database::{Database, OpenError, Part},
};

/// The region that is to take changes.
#[derive(Debug, Clone)]
pub struct PrimaryRegion {
    /// Its name, as its servers have it in `--region`.
    pub name: String,
    /// Where the other regions send changes to, such as `https://eu.api.sparki.io`.
    pub endpoint: String,
}

/// Makes a region the primary, also while servers use the database: those of the region take changes from now on, all others
/// refuse them. Doing it again does no harm.
///
/// # Errors
///
/// Fails if the endpoint is no URL, or the database cannot be written to: a standby has to be promoted first.
pub async fn promote(database_url: &str, region: &PrimaryRegion) -> Result<(), PromoteError> {
    let is_http = |url: &Url| matches!(url.scheme(), "http" | "https");
    if Url::parse(&region.endpoint).ok().filter(is_http).is_none() {
        return Err(PromoteError::Endpoint);
    }
    let database = Database::open(database_url).await?;
    let result = write(&database, region).await;
    database.close().await;
    result
}

async fn write(database: &Database, region: &PrimaryRegion) -> Result<(), PromoteError> {
    match database.part() {
        Part::Primary => {}
        Part::Standby => return Err(PromoteError::Standby),
    }
    let now = stamp(Clock::system().now());
    let mut transaction = database.write().await?;
    sqlx::query(
        "INSERT INTO primary_region (id, name, endpoint, promoted_at) VALUES (1, $1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, endpoint = excluded.endpoint, \
         promoted_at = excluded.promoted_at",
    )
    .bind(&region.name)
    .bind(&region.endpoint)
    .bind(&now)
    .execute(&mut *transaction)
    .await?;
    let mut entry = Entry::event("region", "promote", "success");
    entry.actor = Some("command line".to_owned());
    entry.details.insert("name".to_owned(), region.name.clone().into());
    entry.details.insert("endpoint".to_owned(), region.endpoint.clone().into());
    append(&mut transaction, entry, &now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Why a region could not be promoted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromoteError {
    /// The endpoint is no URL.
    #[error("the endpoint has to be a URL, such as https://eu.api.sparki.io")]
    Endpoint,
    /// The database follows another.
    #[error("the database is a standby; promote it first, such as with pg_ctl promote")]
    Standby,
    /// The database could not be opened.
    #[error("failed to open the database of the region")]
    Open(#[from] OpenError),
    /// The database refused.
    #[error("failed to store which region is the primary")]
    Database(#[from] sqlx::Error),
}
