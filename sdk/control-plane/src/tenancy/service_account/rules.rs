//! What only service accounts do: they have roles and a secret, and whoever hands out either has what it opens.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    access::{Permissions, RoleBook, Scope, hand_on, load},
    auth::membership,
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    tenancy::{
        owner,
        role::refuse_unknown,
        service_account::{SERVICE_ACCOUNT, ServiceAccount, register},
    },
};

impl Object for ServiceAccount {
    const SHAPE: &'static Shape = &SERVICE_ACCOUNT;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier.map(|earlier| earlier.document))
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        refuse_unknown(&book, "role_ids", &self.role_ids)?;
        let stored = subject.earlier.and_then(|document| document.get("role_ids")?.as_array());
        let before = sum(&book, stored.into_iter().flatten().filter_map(Value::as_str));
        let after = sum(&book, self.role_ids.iter().map(String::as_str));
        for permission in before.expanded().chain(after.expanded()) {
            if before.allow(permission) != after.allow(permission) {
                hand_on::require(&subject.caller.access, permission, &Scope::workspace(&workspace_id))?;
            }
        }
        if subject.earlier.is_none() {
            self.equip(subject.now);
        }
        if !self.role_ids.iter().any(|role_id| role_id == "owner") {
            owner::refuse(connection, &workspace_id, Some(subject.id)).await?;
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        Ok(register::settle(connection, self, subject.id, subject.now).await?)
    }

    const SHOWN_ONCE: &'static [(&'static str, &'static str)] =
        &[("client_secret", "Secret half of what it logs in with; shown this once.")];

    fn shown_once(&self) -> Document {
        let secret = self.secret.as_ref().map(|secret| ("client_secret".to_owned(), json!(secret.text())));
        secret.into_iter().collect()
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let workspace_id = subject.workspace_id();
        owner::refuse(connection, workspace_id, Some(subject.id)).await?;
        let grants = load::grants_of_user(connection, workspace_id, subject.id, subject.time()).await?;
        hand_on::require_all(&subject.caller.access, workspace_id, &grants, None)?;
        membership::expel(connection, workspace_id, subject.id).await?;
        register::remove(connection, subject.id).await?;
        Ok(Archival::Delete)
    }
}

fn sum<'a>(book: &RoleBook, role_ids: impl Iterator<Item = &'a str>) -> Permissions {
    let mut permissions = Permissions::default();
    role_ids.for_each(|role_id| permissions.extend(&book.permissions(role_id)));
    permissions
}
