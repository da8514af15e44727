//! Role bindings as they are looked up.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    access::{Grant, Network, Reach, RoleBook, Source, Tenure},
    database::{Connection, Statement},
};

/// A binding in the database.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Binding {
    id: String,
    pub(super) workspace_id: String,
    pub(super) role_id: String,
    principal_type: String,
    principal_id: String,
    scope_type: String,
    scope_id: String,
    document: String,
    /// Of the environment that it is for.
    project_id: Option<String>,
}

/// The part of a binding's document that says when it holds.
#[derive(Debug, Deserialize)]
struct Terms {
    expires_at: Option<String>,
    condition: Option<Condition>,
}

#[derive(Debug, Deserialize)]
struct Condition {
    allowed_cidrs: Vec<String>,
}

/// Which of the bindings that somebody has are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// Those that hold for the request being answered.
    WhatHolds,
    /// Those that may hold for some request.
    WhatMayHold,
}

/// Whose bindings are looked up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    /// A user's or service account's: their own and those of their teams, with the parents of the teams. Only in the workspaces
    /// that they are in.
    User(&'a str),
    /// Those of a team and its parents.
    Team(&'a str),
    /// This one.
    Binding(&'a str),
}

/// `line` are the teams somebody is in, and the parents of those.
const LINE: &str = "WITH RECURSIVE line(id) AS (SELECT team_id FROM (";
const PARENTS: &str = ") own UNION SELECT t.parent_team_id FROM teams t JOIN line ON line.id = t.id \
     WHERE t.parent_team_id IS NOT NULL) \
     SELECT b.id, b.workspace_id, b.role_id, b.principal_type, b.principal_id, b.scope_type, b.scope_id, b.document, \
     e.project_id FROM role_bindings b \
     LEFT JOIN environments e ON b.scope_type = 'environment' AND e.id = b.scope_id ";
const BY_TEAM: &str = "b.principal_type = 'team' AND b.principal_id IN (SELECT id FROM line)";

pub(super) async fn find(connection: &mut Connection, whose: Whose<'_>) -> Result<Vec<Binding>, sqlx::Error> {
    let mut query = Statement::new(LINE);
    match whose {
        Whose::User(id) => {
            query.push("SELECT team_id FROM team_memberships WHERE user_id = ").push_bind(id).push(PARENTS);
            query
                .push("JOIN memberships m ON m.workspace_id = b.workspace_id AND m.user_id = ")
                .push_bind(id);
            query.push(" WHERE (").push(BY_TEAM);
            query.push(") OR (b.principal_type IN ('user', 'service_account') AND b.principal_id = ");
            query.push_bind(id).push(")");
        }
        Whose::Team(id) => {
            query.push("SELECT id AS team_id FROM teams WHERE id = ").push_bind(id).push(PARENTS);
            query.push(" WHERE ").push(BY_TEAM);
        }
        Whose::Binding(id) => {
            query.push("SELECT id AS team_id FROM teams WHERE 1 = 0").push(PARENTS);
            query.push(" WHERE b.id = ").push_bind(id);
        }
    }
    query.push(" ORDER BY b.id");
    query.fetch_all(connection).await
}

impl Binding {
    /// What it grants; `None` if it does not hold.
    pub(super) fn grant(
        self,
        book: &RoleBook,
        asking: Asking,
        now: Timestamp,
    ) -> Result<Option<Grant>, sqlx::Error> {
        let terms: Terms =
            serde_json::from_str(&self.document).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let has_ended =
            terms.expires_at.as_ref().is_some_and(|at| at.parse().is_ok_and(|at: Timestamp| at <= now));
        let barred = asking == Asking::WhatHolds
            && terms.condition.as_ref().is_some_and(|condition| {
                let networks = condition.allowed_cidrs.iter().map(String::as_str);
                Network::of_request(networks) == Network::Barred
            });
        let reach = match (self.scope_type.as_str(), self.project_id) {
            ("workspace", _) => Some(Reach::Workspace),
            ("project", _) => Some(Reach::Project(self.scope_id)),
            // Without a project the environment has gone.
            (_, project_id) => {
                project_id.map(|project_id| Reach::Environment { id: self.scope_id, project_id })
            }
        };
        let Some(reach) = reach.filter(|_| !has_ended && !barred) else { return Ok(None) };
        let tenure = match (&terms.expires_at, &terms.condition) {
            (None, None) => Tenure::Kept,
            (Some(_), _) | (_, Some(_)) => Tenure::Lent,
        };
        Ok(Some(Grant {
            permissions: book.shared(&self.role_id),
            role_id: self.role_id,
            reach,
            tenure,
            source: Source::Binding {
                id: self.id,
                principal_type: self.principal_type,
                principal_id: self.principal_id,
                expires_at: terms.expires_at,
            },
        }))
    }
}
