//! What only freeze windows do: what they name is in their workspace.

use crate::{
    database::{Connection, Statement},
    document::{Document, Fields},
    http::{
        problem::{FieldError, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    promotion::freeze::{FreezeWindow, model::FREEZE_WINDOW},
};

impl Object for FreezeWindow {
    const SHAPE: &'static Shape = &FREEZE_WINDOW;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    /// One that is given other times has those only.
    fn before_merge(current: &mut Document, patch: &Document) {
        for (given, other) in [("once", "weekly"), ("weekly", "once")] {
            if patch.get(given).is_some_and(|value| !value.is_null()) {
                current.remove(other);
            }
        }
    }

    async fn check(&mut self, connection: &mut Connection, _subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let projects: Vec<String> = self.scope.project_ids.iter().map(ToString::to_string).collect();
        let environments: Vec<String> = self.scope.environment_ids.iter().map(ToString::to_string).collect();
        let mut errors = Vec::new();
        for (table, field, ids) in
            [("projects", "project_ids", projects), ("environments", "environment_ids", environments)]
        {
            for (index, id) in ids.iter().enumerate() {
                let mut query = Statement::new("SELECT id FROM ");
                query.push(table).push(" WHERE id = ").push_bind(id);
                query.push(" AND workspace_id = ").push_bind(&workspace_id);
                if query.fetch_optional::<(String,)>(&mut *connection).await?.is_none() {
                    errors.push(FieldError {
                        pointer: format!("/scope/{field}/{index}"),
                        code: "not_found",
                        detail: "There is no such object in the workspace.".to_owned(),
                    });
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
