//! Looking up what somebody may do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    access::{
        Access, Grant, Login, Network, Reach, RoleBook, Source, Standing, Tenure,
        binding::{self, Asking, Binding, Whose},
    },
    auth::{Caller, Role, membership},
    database::Connection,
};

/// A workspace that somebody is in, and one of their roles there.
#[derive(Debug, sqlx::FromRow)]
struct Membership {
    workspace_id: String,
    allowed_cidrs: Option<String>,
    session_ttl_seconds: Option<i64>,
    role_id: Option<String>,
}

/// What a user or service account may do with a credential, in the request being answered.
pub(crate) async fn access(
    connection: &mut Connection,
    caller: &Caller,
    now: Timestamp,
) -> Result<Access, sqlx::Error> {
    let memberships: Vec<Membership> = sqlx::query_as(
        "SELECT m.workspace_id, w.allowed_cidrs, w.session_ttl_seconds, r.role_id FROM memberships m \
         JOIN workspaces w ON w.id = m.workspace_id \
         LEFT JOIN member_roles r ON r.workspace_id = m.workspace_id AND r.user_id = m.user_id \
         WHERE m.user_id = $1 ORDER BY m.workspace_id, r.role_id",
    )
    .bind(&caller.user_id)
    .fetch_all(&mut *connection)
    .await?;
    let bindings = binding::find(connection, Whose::User(&caller.user_id)).await?;
    let book = roles(connection, &memberships, &bindings).await?;

    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    for membership in memberships {
        let Membership { workspace_id, allowed_cidrs, session_ttl_seconds, role_id } = membership;
        let standing = match standings.entry(workspace_id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let allowed: Vec<String> = match allowed_cidrs {
                    Some(text) => {
                        serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?
                    }
                    None => Vec::new(),
                };
                let network = Network::of_request(allowed.iter().map(String::as_str));
                let login = Login::at(caller.login, session_ttl_seconds, now);
                new.insert(Standing { network, login, grants: Vec::new() })
            }
        };
        standing.grants.extend(role_id.map(|role_id| of_membership(&book, role_id)));
    }
    for binding in bindings {
        let Some(standing) = standings.get_mut(&binding.workspace_id) else { continue };
        standing.grants.extend(binding.grant(&book, Asking::WhatHolds, now)?);
    }
    Ok(Access::new(standings, caller.limits.clone()))
}

/// Everything that a user or service account may have in a workspace, whatever the conditions.
pub(crate) async fn grants_of_user(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
    now: Timestamp,
) -> Result<Vec<Grant>, sqlx::Error> {
    let book = RoleBook::load(connection, &BTreeSet::from([workspace_id])).await?;
    let role_ids = membership::roles(connection, workspace_id, user_id).await?;
    let mut bindings = binding::find(connection, Whose::User(user_id)).await?;
    bindings.retain(|binding| binding.workspace_id == workspace_id);
    let own = role_ids.into_iter().map(|role_id| of_membership(&book, role_id));
    Ok(own.chain(bound(bindings, &book, now)?).collect())
}

/// Everything that members of a team may have for being in it, whatever the conditions.
pub(crate) async fn grants_of_team(
    connection: &mut Connection,
    workspace_id: &str,
    team_id: &str,
    now: Timestamp,
) -> Result<Vec<Grant>, sqlx::Error> {
    let book = RoleBook::load(connection, &BTreeSet::from([workspace_id])).await?;
    bound(binding::find(connection, Whose::Team(team_id)).await?, &book, now)
}

/// What a binding may give, whatever its condition.
pub(crate) async fn grants_of_binding(
    connection: &mut Connection,
    workspace_id: &str,
    id: &str,
    now: Timestamp,
) -> Result<Vec<Grant>, sqlx::Error> {
    let book = RoleBook::load(connection, &BTreeSet::from([workspace_id])).await?;
    bound(binding::find(connection, Whose::Binding(id)).await?, &book, now)
}

fn bound(bindings: Vec<Binding>, book: &RoleBook, now: Timestamp) -> Result<Vec<Grant>, sqlx::Error> {
    let grant = |binding: Binding| binding.grant(book, Asking::WhatMayHold, now).transpose();
    bindings.into_iter().filter_map(grant).collect()
}

fn of_membership(book: &RoleBook, role_id: String) -> Grant {
    Grant {
        permissions: book.shared(&role_id),
        role_id,
        reach: Reach::Workspace,
        tenure: Tenure::Kept,
        source: Source::Membership,
    }
}

/// The workspaces' own roles, of those workspaces where one is used; most use none.
async fn roles(
    connection: &mut Connection,
    memberships: &[Membership],
    bindings: &[Binding],
) -> Result<RoleBook, sqlx::Error> {
    let of_members = memberships
        .iter()
        .filter_map(|membership| Some((membership.workspace_id.as_str(), membership.role_id.as_deref()?)));
    let of_bindings =
        bindings.iter().map(|binding| (binding.workspace_id.as_str(), binding.role_id.as_str()));
    let own = of_members.chain(of_bindings).filter(|(_, role_id)| Role::parse(role_id).is_none());
    RoleBook::load(connection, &own.map(|(workspace_id, _)| workspace_id).collect()).await
}
