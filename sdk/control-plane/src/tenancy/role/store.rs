//! The SQL only roles need.

use crate::{database::Connection, object::store::Dependent};

/// Some of what has a role: roles that inherit it are not among them. Whoever is invited or suspended has none yet, and is to get it.
pub(super) async fn users(connection: &mut Connection, role_id: &str) -> Result<Vec<Dependent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT 'role_binding' AS kind, id, principal_type AS name FROM role_bindings WHERE role_id = $1 \
         UNION ALL SELECT CASE WHEN s.id IS NULL THEN 'workspace_member' ELSE 'service_account' END AS kind, \
         u.id, u.email AS name FROM member_roles m JOIN users u ON u.id = m.user_id \
         LEFT JOIN service_accounts s ON s.id = u.id WHERE m.role_id = $1 \
         UNION ALL SELECT 'workspace_member' AS kind, w.id, w.email AS name FROM workspace_members w \
         WHERE w.status <> 'active' AND w.workspace_id = (SELECT workspace_id FROM roles WHERE id = $1) \
         AND w.document LIKE '%\"' || $1 || '\"%' LIMIT 20",
    )
    .bind(role_id)
    .fetch_all(connection)
    .await
}
