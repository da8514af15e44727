//! What only single sign-on connections do: the role they give is one that whoever writes them has.

use std::collections::BTreeSet;

use crate::{
    access::{RoleBook, Scope, hand_on},
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    tenancy::sso_connection::{SSO_CONNECTION, SsoConnection},
};

/// Said of a connection that is to be enforced.
const NOT_ENFORCED: &str =
    "Members can still log in with a password: this server cannot log anybody in by single sign-on yet.";

impl Object for SsoConnection {
    const SHAPE: &'static Shape = &SSO_CONNECTION;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    /// A mapping is a whole: a patch replaces it.
    fn before_merge(current: &mut Document, patch: &Document) {
        Self::writable(current);
        if patch.contains_key("attribute_mapping") {
            current.remove("attribute_mapping");
        }
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let Some(settings) = &mut self.settings {
            settings.settle(subject);
        }
        self.warnings = if self.enforce { vec![NOT_ENFORCED] } else { Vec::new() };
        let before = subject.earlier.and_then(|document| document.get("default_role_id")?.as_str());
        let Some(role_id) = self.default_role_id.as_deref().filter(|role_id| Some(*role_id) != before) else {
            return Ok(());
        };
        let workspace_id = self.workspace_id.to_string();
        let book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        if !book.knows(role_id) {
            let detail = "This is not a role of the same workspace.";
            return Err(Problem::invalid("/default_role_id", "not_found", detail));
        }
        for permission in book.permissions(role_id).expanded() {
            hand_on::require(&subject.caller.access, permission, &Scope::workspace(&workspace_id))?;
        }
        Ok(())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
