//! What only role bindings do: they name what is there, and give nothing that whoever writes them lacks.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    access::{RoleBook, hand_on, load},
    database::{Connection, Statement},
    document::{Document, Fields, choice::word_of},
    http::{
        problem::{Code, FieldError, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    tenancy::role_binding::{ROLE_BINDING, RoleBinding},
};

impl Object for RoleBinding {
    const SHAPE: &'static Shape = &ROLE_BINDING;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    /// A condition is a whole: a patch replaces it.
    fn before_merge(current: &mut Document, patch: &Document) {
        if patch.get("condition").is_some_and(|condition| condition.is_object()) {
            current.remove("condition");
        }
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        let reach = self.scope.reach(connection, &workspace_id).await?;
        let mut errors = Vec::new();
        let mut missing = |pointer: &str, detail: &str| {
            let (pointer, detail) = (pointer.to_owned(), detail.to_owned());
            errors.push(FieldError { pointer, code: "not_found", detail });
        };
        if !book.knows(&self.role_id) {
            missing("/role_id", "This is not a role of the same workspace.");
        }
        // Whoever has left meanwhile must not keep a binding from being changed.
        if subject.earlier.is_none() && !self.principal.exists(connection, &workspace_id).await? {
            missing("/principal/id", "There is no such principal in the workspace.");
        }
        if reach.is_none() {
            missing("/scope/id", "This is not in the same workspace.");
        }
        self.refuse_past(subject, &mut errors);
        let Some(reach) = reach.filter(|_| errors.is_empty()) else {
            return Err(Problem::validation(errors));
        };
        if subject.earlier.is_none() {
            self.refuse_second(connection, &workspace_id).await?;
        }
        self.warnings = self.principal.warnings();
        let scope = reach.scope(&workspace_id);
        for permission in book.permissions(&self.role_id).expanded() {
            hand_on::require(&subject.caller.access, permission, &scope)?;
        }
        Ok(())
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let workspace_id = subject.workspace_id();
        // What has ended takes nothing away.
        let grants = load::grants_of_binding(connection, workspace_id, subject.id, subject.time()).await?;
        hand_on::require_all(&subject.caller.access, workspace_id, &grants, None)?;
        Ok(Archival::Delete)
    }
}

impl RoleBinding {
    fn refuse_past(&self, subject: &Subject<'_>, errors: &mut Vec<FieldError>) {
        let before = subject.earlier.and_then(|document| document.get("expires_at")?.as_str());
        let time = self.expires_at.as_ref().and_then(|at| at.parse::<Timestamp>().ok());
        if self.expires_at.as_deref() != before && time.is_some_and(|time| time <= subject.time()) {
            let (pointer, detail) = ("/expires_at".to_owned(), "This time has passed.".to_owned());
            errors.push(FieldError { pointer, code: "range", detail });
        }
    }

    /// Two bindings of one role to one principal for one place would be two ways to say one thing.
    async fn refuse_second(&self, connection: &mut Connection, workspace_id: &str) -> Result<(), Problem> {
        let mut query = Statement::new("SELECT id FROM role_bindings WHERE workspace_id = ");
        query.push_bind(workspace_id);
        let (principal, scope) = (&self.principal, &self.scope);
        for (column, value) in [
            ("role_id", self.role_id.as_str()),
            ("principal_type", word_of(principal.kind)),
            ("principal_id", &principal.id),
            ("scope_type", word_of(scope.kind)),
            ("scope_id", &scope.id),
        ] {
            query.push(" AND ").push(column).push(" = ").push_bind(value);
        }
        match query.fetch_optional::<(String,)>(connection).await? {
            None => Ok(()),
            Some((existing,)) => {
                let detail = "This principal already has this role there.";
                Err(Problem::new(Code::AlreadyExists, detail).with("existing_id", existing))
            }
        }
    }
}

/// Ends every binding of a principal or for a place that has gone.
pub(crate) async fn forget(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM role_bindings WHERE principal_id = $1 OR scope_id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}
