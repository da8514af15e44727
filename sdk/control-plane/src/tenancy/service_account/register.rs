//! The SQL only service accounts need: who they are when they call, and the hash of their secret.

use crate::{
    auth::{Role, api_key, membership},
    database::Connection,
    document::Document,
    object::{
        ParentId,
        id::Id,
        store::{self, Record},
        write::{Stamps, assemble, render},
    },
    settings::Secret,
    tenancy::service_account::{SERVICE_ACCOUNT, ServiceAccount, email::DOMAIN},
};

/// Does what belongs to storing an account: a new one becomes somebody who can call, and every one has its roles.
pub(super) async fn settle(
    connection: &mut Connection,
    account: &ServiceAccount,
    id: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let workspace_id = account.workspace_id.to_string();
    if let Some(secret) = &account.secret {
        let email = format!("{}+{}@{DOMAIN}", account.name, secret.id());
        sqlx::query(
            "INSERT INTO users (id, email, name, email_verified, created_at, updated_at) VALUES ($1, $2, $3, 0, $4, $5)",
        )
        .bind(id)
        .bind(&email)
        .bind(&account.name)
        .bind(now)
        .bind(now)
        .execute(&mut *connection)
        .await?;
        write_secret(connection, id, &secret.text()).await?;
        membership::admit(connection, &workspace_id, id, now).await?;
    }
    let role_ids: Vec<&str> = account.role_ids.iter().map(String::as_str).collect();
    membership::set_roles(connection, &workspace_id, id, &role_ids).await
}

/// Keeps the hash of a secret, in place of the one before.
pub(super) async fn write_secret(
    connection: &mut Connection,
    id: &str,
    secret: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO client_secrets (user_id, secret_hash) VALUES ($1, $2) \
         ON CONFLICT (user_id) DO UPDATE SET secret_hash = excluded.secret_hash",
    )
    .bind(id)
    .bind(api_key::hash(secret))
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes whoever could call as the account.
pub(super) async fn remove(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM team_memberships WHERE user_id = $1",
        "DELETE FROM api_tokens WHERE principal_id = $1",
        "DELETE FROM api_keys WHERE user_id = $1",
        "DELETE FROM client_secrets WHERE user_id = $1",
        "DELETE FROM users WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A service account to be created from outside of the API.
#[derive(Debug)]
pub(crate) struct Registration<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) role: Role,
}

/// What a registered account logs in with.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

/// Creates a service account. The caller writes the line in the audit log.
pub(crate) async fn register(
    connection: &mut Connection,
    registration: &Registration<'_>,
    now: &str,
) -> Result<Registered, sqlx::Error> {
    let Registration { workspace_id, name, role } = registration;
    let id = Id::<ServiceAccount>::generate().to_string();
    let mut account = ServiceAccount {
        workspace_id: Id::parse(workspace_id).unwrap_or_else(Id::nil),
        name: (*name).to_owned(),
        description: None,
        role_ids: vec![role.name().to_owned()],
        client_id: String::new(),
        secret_rotated_at: String::new(),
        secret: None,
    };
    account.equip(now);
    let stamps = Stamps { id: &id, created_at: now, updated_at: now };
    let document = assemble(&account, Document::new(), &stamps)
        .map_err(|_| sqlx::Error::Encode("the service account could not be written".into()))?;
    let (text, etag) = render(&document, 1);
    let record = Record {
        id: &id,
        workspace_id,
        key: name,
        document: &text,
        etag: &etag,
        version: 1,
        updated_at: now,
    };
    let parent = ParentId { field: "workspace_id", id: workspace_id };
    store::insert(connection, &SERVICE_ACCOUNT, Some(parent), &record).await?;
    settle(connection, &account, &id, now).await?;
    let secret = account.secret.map(|secret| secret.text()).unwrap_or_default();
    Ok(Registered { id, client_id: account.client_id, client_secret: Secret::new(secret) })
}
