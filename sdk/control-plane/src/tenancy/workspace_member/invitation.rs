//! Invitations, as those see them who are invited: they accept or decline, and nobody else learns whether they are there.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    audit::{self, Entry},
    auth::{Caller, membership},
    clock::stamp,
    database::{Connection, Statement},
    document::{Document, choice::word_of},
    http::{
        answer::Answer,
        page::{Page, Position},
        problem::{Code, Problem},
    },
    object::{
        Call,
        id::Id,
        rewrite::{Rewriting, rewrite},
        store,
        write::text_field,
    },
    tenancy::{
        workspace::Workspace,
        workspace_member::{MemberStatus, WORKSPACE_MEMBER, WorkspaceMember},
    },
};

/// What messages call one.
const KIND: &str = "invitation";

/// An invitation into a workspace.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Invitation {
    /// Identifier of the member that the caller would be.
    id: Id<WorkspaceMember>,
    /// Workspace that invites.
    workspace_id: Id<Workspace>,
    /// Slug of the workspace.
    workspace_slug: String,
    /// Name of the workspace, for people.
    workspace_name: String,
    /// Roles in the whole workspace: ids, or names of built-in ones.
    role_ids: Vec<String>,
    /// When the invitation was made.
    created_at: String,
}

/// Some invitations, and where to go on.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct InvitationPage {
    /// The invitations, oldest first.
    data: Vec<Invitation>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

/// A stored member that is invited.
#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    slug: String,
    workspace: String,
    document: String,
    created_at: String,
}

/// The invitations of a person, oldest first. Only an address that is known to be the caller's counts, and so programs have
/// none: nobody reads what is sent to theirs.
fn of_person(caller: &Caller) -> Result<Statement, Problem> {
    if caller.limits.is_some() {
        let detail =
            "This credential is good for a part of what its owner may do, and so not for invitations.";
        return Err(Problem::new(Code::PermissionDenied, detail));
    }
    let mut statement = Statement::new(
        "SELECT m.id, m.workspace_id, w.slug, w.document AS workspace, m.document, m.created_at FROM workspace_members m \
         JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id IS NULL AND m.status = ",
    );
    statement.push_bind(word_of(MemberStatus::Invited));
    statement.push(" AND m.email = ").push_bind(caller.email.to_lowercase());
    statement.push(" AND EXISTS (SELECT 1 FROM users u WHERE u.email_verified = 1 AND u.id = ");
    statement.push_bind(&caller.user_id).push(")");
    Ok(statement)
}

pub(super) async fn list(call: Call) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let page = Page::take(&mut query, app.settings.page_size_max)?;
    query.finish()?;
    let mut statement = of_person(&caller)?;
    if let Some(Position { created_at, id }) = &page.after {
        statement
            .push(" AND (m.created_at, m.id) > (")
            .push_bind(created_at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    statement.push(" ORDER BY m.created_at, m.id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let mut rows: Vec<Row> = statement.fetch_all(app.database.reader()).await?;
    let is_last = rows.len() <= page.limit as usize;
    rows.truncate(page.limit as usize);
    let position = |row: &Row| Position { created_at: row.created_at.clone(), id: row.id.clone() };
    let next_cursor = rows.last().filter(|_| !is_last).map(|row| position(row).encode());
    let data = rows.iter().map(Row::shown).collect::<Result<_, _>>()?;
    Ok(Answer::of(&InvitationPage { data, next_cursor }))
}

/// Lets the caller into the workspace that has invited them. Who is in already, by the same invitation, is answered the same,
/// as the first answer may have been lost.
pub(super) async fn accept(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    let Some(row) = find(&mut transaction, &caller, id).await? else {
        let id = joined(&mut transaction, &caller, id).await?;
        let entry = Entry::change(&caller, WORKSPACE_MEMBER.kind, "update");
        let fields = Document::new();
        let rewriting = Rewriting { entry, shape: &WORKSPACE_MEMBER, id: &id, fields, now: &now };
        return rewrite(&mut transaction, rewriting).await;
    };
    let role_ids = role_ids(&parsed(&row.document)?);
    let role_ids: Vec<&str> = role_ids.iter().map(String::as_str).collect();
    membership::admit(&mut transaction, &row.workspace_id, &caller.user_id, &now).await?;
    membership::set_roles(&mut transaction, &row.workspace_id, &caller.user_id, &role_ids).await?;
    let fields = [("user_id", caller.user_id.as_str()), ("status", word_of(MemberStatus::Active))];
    let fields: Document = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let entry = Entry::change(&caller, WORKSPACE_MEMBER.kind, "update");
    let rewriting = Rewriting { entry, shape: &WORKSPACE_MEMBER, id: &row.id, fields, now: &now };
    let answer = rewrite(&mut transaction, rewriting).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Takes an invitation back that the caller does not want.
pub(super) async fn decline(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    let row = find(&mut transaction, &caller, id).await?.ok_or_else(|| Problem::not_found(KIND))?;
    let before = parsed(&row.document)?;
    let version: i64 = sqlx::query_scalar("SELECT version FROM workspace_members WHERE id = $1")
        .bind(&row.id)
        .fetch_one(&mut *transaction)
        .await?;
    store::delete(&mut transaction, &WORKSPACE_MEMBER, &row.id).await?;
    let entry = Entry::change(&caller, WORKSPACE_MEMBER.kind, "delete")
        .of(&row.workspace_id, &row.id, version + 1)
        .with_diff(&before, &Document::new());
    let revision = audit::append(&mut transaction, entry, &now).await?;
    transaction.commit().await?;
    Ok(Answer { revision: Some(revision), ..Answer::empty(StatusCode::NO_CONTENT) })
}

/// The invitation of this id, if it is one of the caller's.
async fn find(connection: &mut Connection, caller: &Caller, id: &str) -> Result<Option<Row>, Problem> {
    let mut statement = of_person(caller)?;
    statement.push(" AND m.id = ").push_bind(member_id(id)?);
    Ok(statement.fetch_optional(connection).await?)
}

/// The member that the caller has become by accepting the invitation of this id.
async fn joined(connection: &mut Connection, caller: &Caller, id: &str) -> Result<String, Problem> {
    let joined =
        sqlx::query_scalar("SELECT id FROM workspace_members WHERE id = $1 AND user_id = $2 AND status = $3")
            .bind(member_id(id)?)
            .bind(&caller.user_id)
            .bind(word_of(MemberStatus::Active))
            .fetch_optional(connection)
            .await?;
    joined.ok_or_else(|| Problem::not_found(KIND))
}

fn member_id(id: &str) -> Result<String, Problem> {
    let id = Id::<WorkspaceMember>::parse(id).ok_or_else(|| Problem::not_found(KIND))?;
    Ok(id.to_string())
}

impl Row {
    fn shown(&self) -> Result<Invitation, Problem> {
        Ok(Invitation {
            id: Id::parse(&self.id).unwrap_or_else(Id::nil),
            workspace_id: Id::parse(&self.workspace_id).unwrap_or_else(Id::nil),
            workspace_slug: self.slug.clone(),
            workspace_name: text_field(&parsed(&self.workspace)?, "name").to_owned(),
            role_ids: role_ids(&parsed(&self.document)?),
            created_at: self.created_at.clone(),
        })
    }
}

fn parsed(text: &str) -> Result<Document, Problem> {
    Ok(serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))?)
}

fn role_ids(document: &Document) -> Vec<String> {
    let ids = document.get("role_ids").and_then(|ids| ids.as_array()).into_iter().flatten();
    ids.filter_map(|id| id.as_str()).map(str::to_owned).collect()
}
