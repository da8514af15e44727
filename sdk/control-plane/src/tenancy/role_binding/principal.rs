//! Whom a role can be bound to.

use crate::{
    database::Connection,
    tenancy::role_binding::model::{Principal, PrincipalType},
};

/// Said of a binding that nobody has anything from yet.
const NO_GROUPS: &str = "Nobody has this role yet: no session carries groups of single sign-on.";

impl Principal {
    /// Whether there is one in the workspace.
    pub(super) async fn exists(
        &self,
        connection: &mut Connection,
        workspace_id: &str,
    ) -> Result<bool, sqlx::Error> {
        let sql = match self.kind {
            PrincipalType::User => {
                "SELECT 1 FROM memberships m WHERE m.workspace_id = $1 AND m.user_id = $2 AND NOT EXISTS \
                 (SELECT 1 FROM service_accounts s WHERE s.id = m.user_id)"
            }
            PrincipalType::Team => "SELECT 1 FROM teams WHERE workspace_id = $1 AND id = $2",
            PrincipalType::ServiceAccount => {
                "SELECT 1 FROM service_accounts WHERE workspace_id = $1 AND id = $2"
            }
            PrincipalType::SsoGroup => return Ok(true),
        };
        let found: Option<i64> =
            sqlx::query_scalar(sql).bind(workspace_id).bind(&self.id).fetch_optional(connection).await?;
        Ok(found.is_some())
    }

    pub(super) fn warnings(&self) -> Vec<&'static str> {
        match self.kind {
            PrincipalType::SsoGroup => vec![NO_GROUPS],
            PrincipalType::User | PrincipalType::Team | PrincipalType::ServiceAccount => Vec::new(),
        }
    }
}
