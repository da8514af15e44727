//! Where a variable or a secret holds, and what its name may be.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    database::{Connection, Statement},
    delivery::{
        environment::{ENVIRONMENT, Environment},
        project::{PROJECT, Project},
    },
    document::{Fields, choice::choice, form::Form},
    http::problem::Problem,
    object::{Parent, Shape, id::Id, write::already_exists},
    tenancy::workspace::{WORKSPACE, Workspace},
    variables::variable_set::{VARIABLE_SET, VariableSet},
};

/// The kinds that variables and secrets may belong to.
pub(super) static PARENTS: [Parent; 4] = [
    Parent { shape: &WORKSPACE, field: "workspace_id" },
    Parent { shape: &PROJECT, field: "project_id" },
    Parent { shape: &ENVIRONMENT, field: "environment_id" },
    Parent { shape: &VARIABLE_SET, field: "variable_set_id" },
];

/// The fields that say what a variable or a secret is; all are chosen once.
pub(super) const IDENTITY: &[&str] =
    &["workspace_id", "project_id", "environment_id", "variable_set_id", "key"];

const LONGEST_KEY: usize = 128;
static KEY: Form = Form::new(
    "^[A-Z_][A-Z0-9_]{0,127}$",
    "Use upper-case letters, digits and underscores, and no digit at the start.",
);

choice! {
    /// What a variable or a secret is there for.
    Availability { Build = "build", Deploy = "deploy", Both = "both" }
}

/// Where a variable or a secret holds: exactly one of the four.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scope {
    /// Workspace in all of whose environments it holds.
    workspace_id: Option<Id<Workspace>>,
    /// Project in all of whose environments it holds.
    project_id: Option<Id<Project>>,
    /// Environment in which it holds.
    environment_id: Option<Id<Environment>>,
    /// Variable set that it is in: it holds wherever the set is attached.
    variable_set_id: Option<Id<VariableSet>>,
}

impl Scope {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require_one_of(&PARENTS.each_ref().map(|parent| parent.field));
        Self {
            workspace_id: fields.id("workspace_id"),
            project_id: fields.id("project_id"),
            environment_id: fields.id("environment_id"),
            variable_set_id: fields.id("variable_set_id"),
        }
    }

    /// The field that is filled in, with its id.
    pub(super) fn chosen(&self) -> Option<(&'static str, String)> {
        let Self { workspace_id, project_id, environment_id, variable_set_id } = self;
        let ids = [
            workspace_id.map(|id| id.to_string()),
            project_id.map(|id| id.to_string()),
            environment_id.map(|id| id.to_string()),
            variable_set_id.map(|id| id.to_string()),
        ];
        PARENTS.iter().zip(ids).find_map(|(parent, id)| Some((parent.field, id?)))
    }

    /// Refuses a name that an object of the other kind has in this scope: only one of them could hold.
    pub(super) async fn refuse_taken(
        &self,
        connection: &mut Connection,
        other: &Shape,
        key: &str,
    ) -> Result<(), Problem> {
        let Some((field, id)) = self.chosen() else { return Ok(()) };
        let mut query = Statement::new("SELECT id FROM ");
        query.push(other.table).push(" WHERE key = ").push_bind(key);
        query.push(" AND ").push(field).push(" = ").push_bind(id);
        match query.fetch_optional::<(String,)>(connection).await? {
            None => Ok(()),
            Some((existing,)) => Err(already_exists(other, key, Some(existing))),
        }
    }
}

/// Reads the name of a variable or a secret: `^[A-Z_][A-Z0-9_]{0,127}$`.
pub(super) fn read_key(fields: &mut Fields<'_>) -> String {
    fields.required_text_in("key", LONGEST_KEY, &KEY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_names_of_environment_variables() {
        for good in ["A", "_", "LOG_LEVEL", "A1"] {
            assert!(KEY.admits(good), "{good}");
        }
        for bad in ["", "1A", "a", "LOG-LEVEL", "LOG LEVEL", "Ä", "A=B"] {
            assert!(!KEY.admits(bad), "{bad}");
        }
    }
}
