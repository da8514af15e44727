//! What somebody was given, and where it holds.

use std::sync::Arc;

use crate::access::{Permissions, Scope};

/// A role that somebody has somewhere.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) role_id: String,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) reach: Reach,
    pub(crate) tenure: Tenure,
    pub(crate) source: Source,
}

/// Everything that a grant holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    Workspace,
    /// A project and all that belongs to it.
    Project(String),
    /// An environment and all that belongs to it.
    Environment {
        id: String,
        project_id: String,
    },
}

/// Whether somebody has a role for good, or lent: for a time, or on a condition. What is lent cannot be handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenure {
    Kept,
    Lent,
}

/// Where a grant comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The roles of the member or of the service account itself.
    Membership,
    Binding {
        id: String,
        principal_type: String,
        principal_id: String,
        expires_at: Option<String>,
    },
}

impl Reach {
    pub(crate) fn covers(&self, scope: &Scope<'_>) -> bool {
        match self {
            Self::Workspace => true,
            Self::Project(id) => scope.project_id == Some(id),
            Self::Environment { id, .. } => scope.environment_id == Some(id),
        }
    }

    /// The widest place that it covers.
    pub(crate) fn scope<'a>(&'a self, workspace_id: &'a str) -> Scope<'a> {
        match self {
            Self::Workspace => Scope::workspace(workspace_id),
            Self::Project(id) => Scope { project_id: Some(id), ..Scope::workspace(workspace_id) },
            Self::Environment { id, project_id } => {
                Scope { workspace_id, project_id: Some(project_id), environment_id: Some(id) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_goes_down_and_never_up() {
        let (workspace, project) = (Reach::Workspace, Reach::Project("p".into()));
        let environment = Reach::Environment { id: "e".into(), project_id: "p".into() };
        let places = [&workspace, &project, &environment].map(|reach| reach.scope("w"));
        let covered = |reach: &Reach| places.map(|place| reach.covers(&place));
        assert_eq!(covered(&workspace), [true, true, true]);
        assert_eq!(covered(&project), [false, true, true]);
        assert_eq!(covered(&environment), [false, false, true]);
        let other = Reach::Project("q".into());
        assert_eq!(covered(&other), [false, false, false]);
    }
}
