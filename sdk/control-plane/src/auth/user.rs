//! People who can log in.

use uuid::Uuid;

use crate::{
    audit::{Entry, append},
    auth::password,
    clock::{Clock, stamp},
    database::{Connection, Database, OpenError},
    settings::Secret,
};

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Email address, unique. Whoever creates the user vouches for it.
    pub email: String,
    /// Name, for people.
    pub name: String,
    /// What they log in with.
    pub password: Secret,
}

/// Creates a user, also while a server uses the database, and answers with their id. Workspaces that have invited the address
/// wait for them to accept.
///
/// # Errors
///
/// Fails if the database cannot be used, or the address is taken or is none.
pub async fn create(database_url: &str, user: &NewUser) -> Result<String, UserError> {
    if !user.email.contains('@') || user.email.contains(char::is_whitespace) {
        return Err(UserError::Email);
    }
    let hash = password::hash(user.password.clone()).await.ok_or(UserError::Password)?;
    let database = Database::open(database_url).await?;
    let result = add(&database, user, &hash).await;
    database.close().await;
    result
}

async fn add(database: &Database, user: &NewUser, hash: &str) -> Result<String, UserError> {
    let now = stamp(Clock::system().now());
    let mut transaction = database.write().await?;
    let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM users WHERE lower(email) = $1")
        .bind(user.email.to_lowercase())
        .fetch_optional(&mut *transaction)
        .await?;
    if taken.is_some() {
        return Err(UserError::EmailTaken);
    }
    let id = insert(&mut transaction, &user.email, &user.name, &now).await?;
    sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
        .bind(hash)
        .bind(&id)
        .execute(&mut *transaction)
        .await?;
    let mut entry = Entry::event("user", "create", "success");
    entry.resource_id = Some(id.clone());
    entry.actor = Some("command line".to_owned());
    append(&mut transaction, entry, &now).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Writes a user without a password and answers with their id.
pub(crate) async fn insert(
    connection: &mut Connection,
    email: &str,
    name: &str,
    now: &str,
) -> Result<String, sqlx::Error> {
    let id = Uuid::now_v7().to_string();
    sqlx::query(
        "INSERT INTO users (id, email, name, email_verified, created_at, updated_at) VALUES ($1, $2, $3, 1, $4, $5)",
    )
    .bind(&id)
    .bind(email)
    .bind(name)
    .bind(now)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(id)
}

/// Why a user could not be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// The address is not one.
    #[error("the email address has to look like jane@example.com")]
    Email,
    /// There is a user with this address.
    #[error("there already is a user with this email address")]
    EmailTaken,
    /// The password could not be hashed.
    #[error("failed to hash the password")]
    Password,
    /// The database could not be opened.
    #[error("failed to open the database for the user")]
    Open(#[from] OpenError),
    /// The database refused.
    #[error("failed to store the user")]
    Database(#[from] sqlx::Error),
}
