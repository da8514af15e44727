//! Invitations: they wait for a user with their email address.

use serde_json::json;

use crate::{
    audit::Entry,
    auth::membership,
    database::Connection,
    document::Document,
    http::problem::Problem,
    object::{
        rewrite::{Rewriting, rewrite},
        write::text_field,
    },
    tenancy::workspace_member::WORKSPACE_MEMBER,
};

/// Lets a new user into every workspace that has invited their address.
pub(crate) async fn claim(
    connection: &mut Connection,
    user_id: &str,
    email: &str,
    now: &str,
) -> Result<(), Problem> {
    let email = email.to_lowercase();
    let waiting: Vec<(String, String)> =
        sqlx::query_as("SELECT id, document FROM workspace_members WHERE email = $1 AND user_id IS NULL")
            .bind(&email)
            .fetch_all(&mut *connection)
            .await?;
    for (id, document) in waiting {
        let document: Document =
            serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let mut fields = Document::from_iter([("user_id".to_owned(), json!(user_id))]);
        if text_field(&document, "status") == "invited" {
            fields.insert("status".to_owned(), json!("active"));
            let workspace_id = text_field(&document, "workspace_id");
            let role_ids = document.get("role_ids").and_then(|ids| ids.as_array());
            let role_ids: Vec<&str> = role_ids.into_iter().flatten().filter_map(|id| id.as_str()).collect();
            membership::admit(connection, workspace_id, user_id, now).await?;
            membership::set_roles(connection, workspace_id, user_id, &role_ids).await?;
        }
        let entry = Entry::event(WORKSPACE_MEMBER.kind, "update", "success").by(user_id, &email);
        rewrite(connection, Rewriting { entry, shape: &WORKSPACE_MEMBER, id: &id, fields, now }).await?;
    }
    Ok(())
}
