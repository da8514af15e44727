//! Who belongs to a workspace, and as what.

use crate::{auth::Role, database::Connection};

/// The role of a user in a workspace; `None` if they do not belong to it.
pub(crate) async fn role(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
) -> Result<Option<Role>, sqlx::Error> {
    let name: Option<String> =
        sqlx::query_scalar("SELECT role FROM memberships WHERE workspace_id = $1 AND user_id = $2")
            .bind(workspace_id)
            .bind(user_id)
            .fetch_optional(connection)
            .await?;
    name.map(Role::try_from).transpose().map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Gives a user a role, in place of the one they had.
pub(crate) async fn grant(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
    role: Role,
    now: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role",
    )
    .bind(workspace_id)
    .bind(user_id)
    .bind(role.name())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
