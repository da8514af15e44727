//! Where something is to be done.

/// A place: a workspace, or one of its projects, or an environment of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) project_id: Option<&'a str>,
    pub(crate) environment_id: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// The workspace itself.
    pub(crate) fn workspace(workspace_id: &'a str) -> Self {
        Self { workspace_id, project_id: None, environment_id: None }
    }

    /// The id of the narrowest place.
    pub(crate) fn id(&self) -> &'a str {
        self.environment_id.or(self.project_id).unwrap_or(self.workspace_id)
    }
}
