//! The right to follow, which may end before the following does.

use crate::{access::Scope, app::App, auth::Proof, http::problem::Problem, object::store::Row};

/// What somebody has to be permitted for as long as they follow, and where.
#[derive(Debug)]
pub(crate) struct Right {
    proof: Proof,
    permission: String,
    workspace_id: String,
    project_id: Option<String>,
    environment_id: Option<String>,
}

impl Right {
    /// In a whole workspace.
    pub(crate) fn in_workspace(proof: Proof, permission: &str, workspace_id: &str) -> Self {
        let (permission, workspace_id) = (permission.to_owned(), workspace_id.to_owned());
        Self { proof, permission, workspace_id, project_id: None, environment_id: None }
    }

    /// Where an object is.
    pub(crate) fn at(proof: Proof, permission: String, row: &Row) -> Self {
        let Scope { workspace_id, project_id, environment_id } = row.scope();
        Self {
            proof,
            permission,
            workspace_id: workspace_id.to_owned(),
            project_id: project_id.map(str::to_owned),
            environment_id: environment_id.map(str::to_owned),
        }
    }

    /// # Errors
    ///
    /// 401 if the credential has ended, 404 if the caller is not in the workspace any more, 403 if the permission has gone.
    pub(super) async fn require(&self, app: &App) -> Result<(), Problem> {
        let access = self.proof.caller(app).await?.access;
        access.standing(&self.workspace_id).ok_or_else(|| Problem::not_found("workspace"))?;
        let scope = Scope {
            workspace_id: &self.workspace_id,
            project_id: self.project_id.as_deref(),
            environment_id: self.environment_id.as_deref(),
        };
        access.require(&self.permission, &scope)
    }
}
