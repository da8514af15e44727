//! Service accounts: callers that are programs. Each belongs to one workspace.

use crate::{
    audit::{Entry, append},
    auth::Role,
    clock::{Clock, stamp},
    database::{Database, OpenError},
    document::slug::SLUG,
    settings::Secret,
    tenancy::service_account::register::{Registered, Registration, register},
};

/// A service account to be created.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// Slug of its workspace.
    pub workspace: String,
    /// Name, unique in the workspace.
    pub name: String,
    /// What it may do there.
    pub role: Role,
}

/// What a service account logs in with. The secret is shown this once; only its hash is kept.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// Public half.
    pub client_id: String,
    /// Secret half.
    pub client_secret: Secret,
}

/// Creates a service account, also while a server uses the database.
///
/// # Errors
///
/// Fails if the database cannot be used, the workspace does not exist, or the name is taken.
pub async fn create(
    database_url: &str,
    account: &NewServiceAccount,
) -> Result<ClientCredentials, ServiceAccountError> {
    if !SLUG.admits(&account.name) {
        return Err(ServiceAccountError::Name);
    }
    let database = Database::open(database_url).await?;
    let result = insert(&database, account).await;
    database.close().await;
    result
}

async fn insert(
    database: &Database,
    account: &NewServiceAccount,
) -> Result<ClientCredentials, ServiceAccountError> {
    let now = stamp(Clock::system().now());
    let mut transaction = database.write().await?;
    let workspace_id: Option<String> = sqlx::query_scalar("SELECT id FROM workspaces WHERE slug = $1")
        .bind(&account.workspace)
        .fetch_optional(&mut *transaction)
        .await?;
    let workspace_id = workspace_id.ok_or(ServiceAccountError::NoWorkspace)?;
    let taken: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM service_accounts WHERE workspace_id = $1 AND name = $2")
            .bind(&workspace_id)
            .bind(&account.name)
            .fetch_optional(&mut *transaction)
            .await?;
    if taken.is_some() {
        return Err(ServiceAccountError::NameTaken);
    }

    let (name, role) = (account.name.as_str(), account.role);
    let registration = Registration { workspace_id: &workspace_id, name, role };
    let registered = register(&mut transaction, &registration, &now).await?;
    let mut entry = Entry::event("service_account", "create", "success");
    entry.workspace_id = Some(workspace_id);
    entry.resource_id = Some(registered.id);
    entry.actor = Some("command line".to_owned());
    append(&mut transaction, entry, &now).await?;
    transaction.commit().await?;
    let Registered { client_id, client_secret, .. } = registered;
    Ok(ClientCredentials { client_id, client_secret })
}

/// Why a service account could not be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceAccountError {
    /// The name is not a slug.
    #[error("the name has to be lower-case letters, digits and hyphens, with a letter or digit at both ends")]
    Name,
    /// There is no such workspace.
    #[error("there is no workspace with this slug")]
    NoWorkspace,
    /// The workspace has a service account of this name.
    #[error("the workspace already has a service account with this name")]
    NameTaken,
    /// The database could not be opened.
    #[error("failed to open the database for the service account")]
    Open(#[from] OpenError),
    /// The database refused.
    #[error("failed to store the service account")]
    Database(#[from] sqlx::Error),
}
