//! Service accounts: callers that are programs. Each belongs to one workspace.

use uuid::Uuid;

use crate::{
    audit::{Entry, append},
    auth::{Role, api_key::Token, membership},
    clock::{Clock, stamp},
    database::{Database, OpenError},
    document::slug::SLUG,
    settings::Secret,
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

    let user_id = Uuid::now_v7().to_string();
    let token = Token::generate();
    let client_id = format!("sa_{}", token.id);
    // No mailbox: the address only tells people who did something. The id keeps it unique for good.
    let email = format!("{}+{}@service-accounts.invalid", account.name, token.id);
    sqlx::query(
        "INSERT INTO users (id, email, name, email_verified, created_at, updated_at) VALUES ($1, $2, $3, 0, $4, $5)",
    )
    .bind(&user_id)
    .bind(&email)
    .bind(&account.name)
    .bind(&now)
    .bind(&now)
    .execute(&mut *transaction)
    .await?;
    let secret = token.text("sps");
    sqlx::query(
        "INSERT INTO service_accounts (user_id, workspace_id, name, client_id, secret_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&user_id)
    .bind(&workspace_id)
    .bind(&account.name)
    .bind(&client_id)
    .bind(crate::auth::api_key::hash(&secret))
    .bind(&now)
    .execute(&mut *transaction)
    .await?;
    membership::grant(&mut transaction, &workspace_id, &user_id, account.role, &now).await?;
    let mut entry = Entry::event("service_account", "create", "success");
    entry.workspace_id = Some(workspace_id);
    entry.resource_id = Some(user_id);
    entry.actor = Some("command line".to_owned());
    append(&mut transaction, entry, &now).await?;
    transaction.commit().await?;
    Ok(ClientCredentials { client_id, client_secret: Secret::new(secret) })
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
