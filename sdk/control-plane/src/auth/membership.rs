//! Who is let into a workspace, and as what.

use crate::database::Connection;

/// Lets a user in, if they are not in already.
pub(crate) async fn admit(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO memberships (workspace_id, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(workspace_id)
    .bind(user_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a user these roles, in place of those they had.
pub(crate) async fn set_roles(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
    role_ids: &[&str],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM member_roles WHERE workspace_id = $1 AND user_id = $2")
        .bind(workspace_id)
        .bind(user_id)
        .execute(&mut *connection)
        .await?;
    for role_id in role_ids {
        sqlx::query("INSERT INTO member_roles (workspace_id, user_id, role_id) VALUES ($1, $2, $3)")
            .bind(workspace_id)
            .bind(user_id)
            .bind(role_id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The roles of a user, by id or, of built-in ones, by name.
pub(crate) async fn roles(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT role_id FROM member_roles WHERE workspace_id = $1 AND user_id = $2 ORDER BY role_id",
    )
    .bind(workspace_id)
    .bind(user_id)
    .fetch_all(connection)
    .await
}

/// Takes a user out of a workspace: from now on they see nothing of it.
pub(crate) async fn expel(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
) -> Result<(), sqlx::Error> {
    set_roles(connection, workspace_id, user_id, &[]).await?;
    sqlx::query("DELETE FROM memberships WHERE workspace_id = $1 AND user_id = $2")
        .bind(workspace_id)
        .bind(user_id)
        .execute(connection)
        .await?;
    Ok(())
}
