//! The SQL only members need.

use crate::{
    auth::membership,
    database::Connection,
    document::Document,
    http::problem::Problem,
    object::{
        ParentId,
        id::Id,
        store::{self, Record},
        write::{Stamps, assemble, render},
    },
    tenancy::{
        owner::Appointment,
        workspace_member::{MemberStatus, WORKSPACE_MEMBER, WorkspaceMember},
    },
};

/// Lets somebody into a workspace who is not among its members yet, with one role, beside whatever change is being recorded.
pub(crate) async fn founder(
    connection: &mut Connection,
    appointment: Appointment<'_>,
    now: &str,
) -> Result<(), Problem> {
    let Appointment { workspace_id, user_id, role } = appointment;
    let email: String = sqlx::query_scalar("SELECT email FROM users WHERE id = $1")
        .bind(user_id)
        .fetch_one(&mut *connection)
        .await?;
    let id = Id::<WorkspaceMember>::generate().to_string();
    let member = WorkspaceMember {
        workspace_id: Id::parse(workspace_id).unwrap_or_else(Id::nil),
        email: email.to_lowercase(),
        role_ids: vec![role.name().to_owned()],
        status: Some(MemberStatus::Active),
        user_id: Id::parse(user_id),
    };
    let stamps = Stamps { id: &id, created_at: now, updated_at: now };
    let (text, etag) = render(&assemble(&member, Document::new(), &stamps)?, 1);
    let record = Record {
        id: &id,
        workspace_id,
        key: &member.email,
        document: &text,
        etag: &etag,
        version: 1,
        updated_at: now,
    };
    let parent = ParentId { field: "workspace_id", id: workspace_id };
    store::insert(connection, &WORKSPACE_MEMBER, Some(parent), &record).await?;
    membership::admit(connection, workspace_id, user_id, now).await?;
    membership::set_roles(connection, workspace_id, user_id, &[role.name()]).await?;
    Ok(())
}

/// Takes from a user what they have in a workspace: their teams, bindings and tokens.
pub(super) async fn strip(
    connection: &mut Connection,
    workspace_id: &str,
    user_id: &str,
) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM team_memberships WHERE workspace_id = $1 AND user_id = $2",
        "DELETE FROM api_tokens WHERE workspace_id = $1 AND principal_id = $2",
        "DELETE FROM role_bindings WHERE workspace_id = $1 AND principal_id = $2",
    ] {
        sqlx::query(sql).bind(workspace_id).bind(user_id).execute(&mut *connection).await?;
    }
    membership::expel(connection, workspace_id, user_id).await
}
