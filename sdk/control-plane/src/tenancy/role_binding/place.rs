//! What a role can be bound for.

use crate::{
    access::Reach,
    database::Connection,
    tenancy::role_binding::model::{Place, ScopeType},
};

impl Place {
    /// What a grant for this place reaches; `None` if the place is not in the workspace.
    pub(super) async fn reach(
        &self,
        connection: &mut Connection,
        workspace_id: &str,
    ) -> Result<Option<Reach>, sqlx::Error> {
        let sql = match self.kind {
            ScopeType::Workspace => {
                return Ok((self.id == workspace_id).then_some(Reach::Workspace));
            }
            ScopeType::Project => {
                "SELECT id FROM projects WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL"
            }
            ScopeType::Environment => {
                "SELECT project_id FROM environments WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL"
            }
        };
        let project_id: Option<String> =
            sqlx::query_scalar(sql).bind(workspace_id).bind(&self.id).fetch_optional(connection).await?;
        Ok(project_id.map(|project_id| match self.kind {
            ScopeType::Workspace => Reach::Workspace,
            ScopeType::Project => Reach::Project(project_id),
            ScopeType::Environment => Reach::Environment { id: self.id.clone(), project_id },
        }))
    }
}
