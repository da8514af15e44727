//! Everything a caller may do, as of the beginning of their request.

use std::collections::BTreeMap;

use crate::{
    access::{Grant, Login, Network, Pattern, Reach, Scope, Sight, Source, Tenure, catalogue::OF_MEMBERS},
    auth::Role,
    http::problem::{Code, Problem},
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    standings: BTreeMap<String, Standing>,
    limits: Option<Limits>,
}

/// What a caller has in one workspace.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) network: Network,
    pub(crate) login: Login,
    pub(crate) grants: Vec<Grant>,
}

/// What a credential is good for, whoever it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The one workspace it opens.
    pub(crate) workspace_id: String,
    /// What it allows at most; everything if absent.
    pub(crate) permissions: Option<Vec<Pattern>>,
}

impl Standing {
    /// The most powerful of the built-in roles that the caller has as a member.
    pub(crate) fn role(&self) -> Option<Role> {
        let own = self.grants.iter().filter(|grant| grant.source == Source::Membership);
        own.filter_map(|grant| Role::parse(&grant.role_id)).max()
    }
}

impl Limits {
    fn allow(&self, permission: &str) -> bool {
        self.permissions
            .as_ref()
            .is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(permission)))
    }
}

impl Access {
    /// Of a member's standings, those that the limits of the credential leave.
    pub(crate) fn new(mut standings: BTreeMap<String, Standing>, limits: Option<Limits>) -> Self {
        if let Some(limits) = &limits {
            standings.retain(|workspace_id, _| *workspace_id == limits.workspace_id);
        }
        Self { standings, limits }
    }

    /// What the caller has in a workspace; `None` if, to them, it does not exist.
    pub(crate) fn standing(&self, workspace_id: &str) -> Option<&Standing> {
        self.standings.get(workspace_id)
    }

    /// The one workspace that the credential opens, if it opens one only.
    pub(crate) fn only_workspace(&self) -> Option<&str> {
        self.limits.as_ref().map(|limits| limits.workspace_id.as_str())
    }

    /// Whether the credential is good for a permission, whoever has it.
    pub(crate) fn is_credential_for(&self, permission: &str) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.allow(permission))
    }

    pub(crate) fn allows(&self, permission: &str, scope: &Scope<'_>) -> bool {
        self.has(permission, scope, |_| true)
    }

    /// Whether the caller may let others have a permission: only what they have themselves, and for good.
    pub(crate) fn may_hand_on(&self, permission: &str, scope: &Scope<'_>) -> bool {
        self.has(permission, scope, |grant| grant.tenure == Tenure::Kept)
    }

    fn has(&self, permission: &str, scope: &Scope<'_>, counts: impl Fn(&Grant) -> bool) -> bool {
        let of_members = permission == OF_MEMBERS && self.open(permission, scope.workspace_id).is_some();
        of_members || self.grants(permission, scope).any(counts)
    }

    /// The grants that a permission comes from.
    pub(crate) fn grants<'a>(
        &'a self,
        permission: &str,
        scope: &Scope<'_>,
    ) -> impl Iterator<Item = &'a Grant> {
        let standing = self.open(permission, scope.workspace_id);
        let gives = move |grant: &&Grant| grant.reach.covers(scope) && grant.permissions.allow(permission);
        standing.into_iter().flat_map(|standing| &standing.grants).filter(gives)
    }

    /// # Errors
    ///
    /// 403 that names the permission and the scope.
    pub(crate) fn require(&self, permission: &str, scope: &Scope<'_>) -> Result<(), Problem> {
        if self.allows(permission, scope) {
            return Ok(());
        }
        let standing = self.standing(scope.workspace_id);
        let detail = if standing.is_some_and(|standing| standing.network == Network::Barred) {
            "This workspace is closed to requests from this network.".to_owned()
        } else if standing.is_some_and(|standing| standing.login == Login::TooLongAgo) {
            "You logged in longer ago than this workspace allows. Log in again.".to_owned()
        } else {
            format!("This takes the permission {permission}, which you do not have here.")
        };
        Err(denied(detail, permission, scope))
    }

    /// Refuses a caller who has a permission nowhere in a workspace.
    ///
    /// # Errors
    ///
    /// 403 that names the permission and the workspace.
    pub(crate) fn require_somewhere(&self, permission: &str, workspace_id: &str) -> Result<(), Problem> {
        let standing = self.open(permission, workspace_id);
        let is_given =
            |standing: &Standing| standing.grants.iter().any(|grant| grant.permissions.allow(permission));
        if standing.is_some_and(|standing| permission == OF_MEMBERS || is_given(standing)) {
            return Ok(());
        }
        self.require(permission, &Scope::workspace(workspace_id))
    }

    /// The objects that a list may show of those a permission is needed for.
    pub(crate) fn sight(&self, permission: &str) -> Sight<'_> {
        let mut sight = Sight::default();
        for (workspace_id, standing) in &self.standings {
            if self.open(permission, workspace_id).is_none() {
                continue;
            }
            if permission == OF_MEMBERS {
                sight.workspaces.insert(workspace_id);
                continue;
            }
            for grant in standing.grants.iter().filter(|grant| grant.permissions.allow(permission)) {
                match &grant.reach {
                    Reach::Workspace => sight.workspaces.insert(workspace_id),
                    Reach::Project(id) => sight.projects.insert(id),
                    Reach::Environment { id, .. } => sight.environments.insert(id),
                };
            }
        }
        sight
    }

    /// The standing, unless the network or the limits keep the caller from using it for this.
    fn open(&self, permission: &str, workspace_id: &str) -> Option<&Standing> {
        let standing = self.standing(workspace_id).filter(|standing| {
            standing.network == Network::Admitted && standing.login == Login::RecentEnough
        });
        standing.filter(|_| self.is_credential_for(permission))
    }
}

/// The refusal of something that takes a permission.
pub(crate) fn denied(detail: impl Into<String>, permission: &str, scope: &Scope<'_>) -> Problem {
    Problem::new(Code::PermissionDenied, detail)
        .with("permission", permission)
        .with("scope", scope.id())
        .in_workspace(scope.workspace_id)
}
