//! What only roles do: they inherit from one another, never in a circle, and hold nothing that whoever writes them lacks.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    access::{RoleBook, Scope, Terms, hand_on},
    audit::Entry,
    database::Connection,
    document::{Document, Fields},
    http::{
        problem::{Code, FieldError, Problem},
        query::Query,
    },
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::refuse_dependents,
        rewrite::{Rewriting, rewrite},
        store::Dependent,
    },
    tenancy::role::{ROLE, Role, store},
};

impl Object for Role {
    const SHAPE: &'static Shape = &ROLE;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let mut book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        let before = book.permissions(subject.id);
        book.insert(subject.id, self.terms());
        refuse_unknown(&book, "inherits", &self.inherits)?;
        if let Some(path) = book.circle(subject.id) {
            let detail = format!("These roles would inherit in a circle: {}.", path.join(" from "));
            return Err(Problem::new(Code::Cycle, detail).with("path", json!(path)));
        }
        let after = book.permissions(subject.id);
        self.permissions_expanded = after.expanded().collect();
        let scope = Scope::workspace(&workspace_id);
        // Giving and taking away alike: whoever has the role has it a moment later.
        for permission in before.expanded().chain(after.expanded()) {
            if before.allow(permission) != after.allow(permission) {
                hand_on::require(&subject.caller.access, permission, &scope)?;
            }
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let book = RoleBook::load(connection, &BTreeSet::from([workspace_id.as_str()])).await?;
        for heir in book.heirs(subject.id) {
            let expanded: Vec<&str> = book.permissions(heir).expanded().collect();
            let fields = Document::from_iter([("permissions_expanded".to_owned(), json!(expanded))]);
            let entry = Entry::change(subject.caller, ROLE.kind, "update");
            let rewriting = Rewriting { entry, shape: &ROLE, id: heir, fields, now: subject.now };
            rewrite(connection, rewriting).await?;
        }
        Ok(())
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let book = RoleBook::load(connection, &BTreeSet::from([subject.workspace_id()])).await?;
        let heirs = book.heirs(subject.id).into_iter().take(20);
        let mut dependents: Vec<Dependent> = heirs
            .map(|id| Dependent { kind: ROLE.kind.to_owned(), id: id.to_owned(), name: book.name(id) })
            .collect();
        dependents.extend(store::users(connection, subject.id).await?);
        refuse_dependents(dependents)?;
        Ok(Archival::Delete)
    }
}

impl Role {
    fn terms(&self) -> Terms {
        let (name, permissions) = (self.name.clone(), self.permissions.clone());
        Terms { name, permissions, inherits: self.inherits.clone() }
    }
}

/// Refuses roles that the workspace does not have, as errors of a field.
pub(crate) fn refuse_unknown(book: &RoleBook, field: &str, role_ids: &[String]) -> Result<(), Problem> {
    let unknown = |(index, id): (usize, &String)| {
        let detail = "This is not a role of the same workspace.".to_owned();
        let pointer = format!("/{field}/{index}");
        (!book.knows(id)).then_some(FieldError { pointer, code: "not_found", detail })
    };
    let errors: Vec<FieldError> = role_ids.iter().enumerate().filter_map(unknown).collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}
