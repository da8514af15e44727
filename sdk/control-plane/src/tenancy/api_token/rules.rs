//! What only API tokens do: they have a value, and whoever gets it has what it opens.

use serde_json::json;

use crate::{
    access::Scope,
    auth::Caller,
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    tenancy::api_token::{
        API_TOKEN, ApiToken,
        holder::{self, Asking},
        key::Key,
        model::{Holder, HolderType, Stored},
    },
};

impl Object for ApiToken {
    const SHAPE: &'static Shape = &API_TOKEN;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier.map(|earlier| earlier.document))
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let caller = subject.caller;
        let own = || Holder { kind: HolderType::User, id: caller.user_id.clone() };
        if self.principal.is_none() {
            // A service account that asks for itself is one.
            let is_account: Option<i64> = sqlx::query_scalar("SELECT 1 FROM service_accounts WHERE id = $1")
                .bind(&caller.user_id)
                .fetch_optional(&mut *connection)
                .await?;
            let kind = if is_account.is_some() { HolderType::ServiceAccount } else { HolderType::User };
            self.principal = Some(Holder { kind, ..own() });
        }
        let before = subject.earlier.and_then(|document| document.get("expires_at")?.as_str());
        let ends = self.expires_at.as_ref().and_then(|at| at.parse::<jiff::Timestamp>().ok());
        if self.expires_at.as_deref() != before && ends.is_some_and(|ends| ends <= subject.time()) {
            return Err(Problem::invalid("/expires_at", "range", "This time has passed."));
        }
        let principal = self.principal.as_ref();
        let stored = Stored {
            kind: principal.map_or(HolderType::User, |principal| principal.kind),
            holder: principal.map_or("", |principal| &principal.id),
            scopes: self.scopes.as_ref().map(|scopes| scopes.iter().map(String::as_str).collect()),
        };
        let workspace_id = self.workspace_id.to_string();
        let asking = Asking { caller, workspace_id: &workspace_id, now: subject.time() };
        holder::require(connection, asking, &stored).await?;
        if subject.earlier.is_none() {
            let key = Key::generate();
            self.key_id = key.id().to_owned();
            self.rotated_at = subject.now.to_owned();
            self.key = Some(key);
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let (Some(key), Some(principal)) = (&self.key, &self.principal) {
            key.keep(connection, subject.id, &principal.id, subject.now).await?;
        }
        Ok(())
    }

    const SHOWN_ONCE: &'static [(&'static str, &'static str)] =
        &[("value", "API key, to be sent as X-API-Key; shown this once.")];

    fn shown_once(&self) -> Document {
        self.key.iter().map(|key| ("value".to_owned(), json!(key.text()))).collect()
    }

    /// Everybody may give their own back.
    fn is_own(document: &Document, caller: &Caller) -> bool {
        caller.limits.is_none() && Stored::of(document).holder == caller.user_id
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let Some(document) = subject.earlier else { return Ok(Archival::Delete) };
        if Self::is_own(document, subject.caller) {
            return Ok(Archival::Delete);
        }
        let workspace_id = subject.workspace_id();
        let asking = Asking { caller: subject.caller, workspace_id, now: subject.time() };
        if holder::require(connection, asking, &Stored::of(document)).await.is_err() {
            // Whoever could take the user out of the workspace may take the user's token.
            let scope = Scope::workspace(workspace_id);
            subject.caller.access.require("workspace_member:delete", &scope)?;
        }
        Ok(Archival::Delete)
    }
}
