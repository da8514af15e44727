//! Who belongs to a workspace, and as what.

use sqlx::SqliteConnection;

use crate::auth::Role;

/// The role of a user in a workspace; `None` if they do not belong to it.
pub(crate) async fn role(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    user_id: &str,
) -> Result<Option<Role>, sqlx::Error> {
    sqlx::query_scalar("SELECT role FROM memberships WHERE workspace_id = ? AND user_id = ?")
        .bind(workspace_id)
        .bind(user_id)
        .fetch_optional(connection)
        .await
}

/// Gives a user a role, in place of the one they had.
pub(crate) async fn grant(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    user_id: &str,
    role: Role,
    now: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role",
    )
    .bind(workspace_id)
    .bind(user_id)
    .bind(role)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
