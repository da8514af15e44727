//! The owner of a workspace: there always is one, and they cannot be taken out of it.

use serde_json::json;

use crate::{
    audit::Entry,
    auth::{Caller, Role, membership},
    database::Connection,
    document::Document,
    http::problem::{Code, Problem},
    object::{
        Shape,
        rewrite::{Rewriting, rewrite},
    },
    tenancy::{
        service_account::SERVICE_ACCOUNT,
        workspace_member::{self, WORKSPACE_MEMBER},
    },
};

/// Refuses what would leave the workspace without its owner.
pub(crate) async fn refuse(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: Option<&str>,
) -> Result<(), Problem> {
    let owner: Option<String> = sqlx::query_scalar("SELECT owner_id FROM workspaces WHERE id = $1")
        .bind(workspace_id)
        .fetch_optional(connection)
        .await?;
    if owner.is_none() || owner.as_deref() != user_id {
        return Ok(());
    }
    let detail = "This is the owner of the workspace. Hand the workspace over first, by its owner_id.";
    Err(Problem::new(Code::InvalidState, detail).with("state", "owner").with("allowed", json!([])))
}

/// An appointment to one of the built-in roles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Appointment<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) user_id: &'a str,
    pub(crate) role: Role,
}

/// Gives somebody a built-in role in place of those they had, and lets them in if they are not.
pub(crate) async fn appoint(
    connection: &mut Connection,
    caller: &Caller,
    appointment: Appointment<'_>,
    now: &str,
) -> Result<(), Problem> {
    let Appointment { workspace_id, user_id, role } = appointment;
    let Some((shape, id, role_ids)) = find(connection, workspace_id, user_id).await? else {
        return workspace_member::founder(connection, appointment, now).await;
    };
    let own = role_ids.into_iter().filter(|role_id| Role::parse(role_id).is_none());
    let mut role_ids: Vec<String> = own.chain([role.name().to_owned()]).collect();
    role_ids.sort();
    let fields = Document::from_iter([("role_ids".to_owned(), json!(role_ids))]);
    let entry = Entry::change(caller, shape.kind, "update");
    rewrite(connection, Rewriting { entry, shape, id: &id, fields, now }).await?;
    let role_ids: Vec<&str> = role_ids.iter().map(String::as_str).collect();
    membership::set_roles(connection, workspace_id, user_id, &role_ids).await?;
    Ok(())
}

/// The object that says which roles somebody has, and those roles.
async fn find(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
) -> Result<Option<(&'static Shape, String, Vec<String>)>, sqlx::Error> {
    let kinds: [(&'static Shape, &'static str); 2] = [
        (&WORKSPACE_MEMBER, "SELECT id FROM workspace_members WHERE workspace_id = $1 AND user_id = $2"),
        (&SERVICE_ACCOUNT, "SELECT id FROM service_accounts WHERE workspace_id = $1 AND id = $2"),
    ];
    for (shape, sql) in kinds {
        let id: Option<String> =
            sqlx::query_scalar(sql).bind(workspace_id).bind(user_id).fetch_optional(&mut *connection).await?;
        if let Some(id) = id {
            let role_ids = membership::roles(connection, workspace_id, user_id).await?;
            return Ok(Some((shape, id, role_ids)));
        }
    }
    Ok(None)
}
