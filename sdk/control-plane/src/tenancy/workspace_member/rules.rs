//! What only members do: they are let in, suspended and removed, but for the owner of the workspace.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    access::{Permissions, RoleBook, Scope, hand_on},
    auth::{Caller, membership},
    database::Connection,
    document::{Document, Fields, choice::word_of},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject, id::Id, write::text_field},
    tenancy::{
        owner,
        role::refuse_unknown,
        workspace_member::{MemberStatus, WORKSPACE_MEMBER, WorkspaceMember, store},
    },
};

impl Object for WorkspaceMember {
    const SHAPE: &'static Shape = &WORKSPACE_MEMBER;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        // Whether there is a user with the address is nobody's business but theirs.
        let user = subject.earlier.and_then(|earlier| earlier.get("user_id")?.as_str());
        self.user_id = user.and_then(Id::parse);
        let status = match (self.status, user) {
            (None | Some(MemberStatus::Active), Some(_)) => MemberStatus::Active,
            (None | Some(MemberStatus::Invited), None) => MemberStatus::Invited,
            (Some(MemberStatus::Suspended), _) => MemberStatus::Suspended,
            (Some(MemberStatus::Active), None) => {
                return Err(conflict(
                    "The member has not accepted yet: until then they can only be invited.",
                ));
            }
            (Some(MemberStatus::Invited), Some(_)) => {
                return Err(conflict("The member has accepted: they are active or suspended."));
            }
        };
        self.status = Some(status);

        let book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        refuse_unknown(&book, "role_ids", &self.role_ids)?;
        let after = of_roles(&book, self.role_ids.iter().map(String::as_str), status);
        let before = subject.earlier.map(|earlier| held(&book, earlier)).unwrap_or_default();
        let scope = Scope::workspace(&workspace_id);
        for permission in before.expanded().chain(after.expanded()) {
            if before.allow(permission) != after.allow(permission) {
                hand_on::require(&subject.caller.access, permission, &scope)?;
            }
        }
        if !self.role_ids.iter().any(|role_id| role_id == "owner") || status != MemberStatus::Active {
            owner::refuse(connection, &workspace_id, user).await?;
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let Some(user_id) = self.user_id.map(|id| id.to_string()) else { return Ok(()) };
        let workspace_id = self.workspace_id.to_string();
        match self.status {
            Some(MemberStatus::Active) => {
                let role_ids: Vec<&str> = self.role_ids.iter().map(String::as_str).collect();
                membership::admit(connection, &workspace_id, &user_id, subject.now).await?;
                membership::set_roles(connection, &workspace_id, &user_id, &role_ids).await?;
            }
            Some(MemberStatus::Suspended | MemberStatus::Invited) | None => {
                membership::expel(connection, &workspace_id, &user_id).await?;
            }
        }
        Ok(())
    }

    /// Anybody may leave.
    fn is_own(document: &Document, caller: &Caller) -> bool {
        caller.limits.is_none() && text_field(document, "user_id") == caller.user_id
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let Some(document) = subject.earlier else { return Ok(Archival::Delete) };
        let workspace_id = subject.workspace_id();
        let user_id = document.get("user_id").and_then(Value::as_str);
        owner::refuse(connection, workspace_id, user_id).await?;
        if !Self::is_own(document, subject.caller) {
            let book = RoleBook::load(connection, &BTreeSet::from([workspace_id])).await?;
            for permission in held(&book, document).expanded() {
                hand_on::require(&subject.caller.access, permission, &Scope::workspace(workspace_id))?;
            }
        }
        if let Some(user_id) = user_id {
            store::strip(connection, workspace_id, user_id).await?;
        }
        Ok(Archival::Delete)
    }
}

fn conflict(detail: &str) -> Problem {
    Problem::invalid("/status", "conflict", detail)
}

/// What a stored member has by their roles.
fn held(book: &RoleBook, document: &Document) -> Permissions {
    let role_ids = document.get("role_ids").and_then(Value::as_array).into_iter().flatten();
    let suspended = text_field(document, "status") == word_of(MemberStatus::Suspended);
    let status = if suspended { MemberStatus::Suspended } else { MemberStatus::Active };
    of_roles(book, role_ids.filter_map(Value::as_str), status)
}

/// What the roles give to a member of this status. Who is invited counts as let in: nobody is asked again.
fn of_roles<'a>(
    book: &RoleBook,
    role_ids: impl Iterator<Item = &'a str>,
    status: MemberStatus,
) -> Permissions {
    let mut permissions = Permissions::default();
    match status {
        MemberStatus::Suspended => {}
        MemberStatus::Active | MemberStatus::Invited => {
            role_ids.for_each(|role_id| permissions.extend(&book.permissions(role_id)));
        }
    }
    permissions
}
