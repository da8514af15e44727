//! What only teams do: they have parents, never in a circle, and hand down what their parents have.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    access::{hand_on, load},
    database::Connection,
    document::Fields,
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject, delete::refuse_dependents},
    tenancy::team::{
        TEAM, Team,
        store::{self, Node},
    },
};

impl Object for Team {
    const SHAPE: &'static Shape = &TEAM;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let before = subject.earlier.and_then(|document| document.get("parent_team_id")?.as_str());
        let after = self.parent_team_id.map(|id| id.to_string());
        if before == after.as_deref() {
            return Ok(());
        }
        let tree = store::tree(connection, &workspace_id).await?;
        if let Some(parent) = &after {
            if parent != subject.id && !tree.contains_key(parent) {
                let detail = "This is not a team of the same workspace.";
                return Err(Problem::invalid("/parent_team_id", "not_found", detail));
            }
            if let Some(path) = circle(&tree, (subject.id, &self.slug), parent) {
                let detail = format!("These teams would be parts of one another: {}.", path.join(" of "));
                return Err(Problem::new(Code::Cycle, detail).with("path", json!(path)));
            }
        }
        // A new team has no members yet; an old one takes its members along.
        if subject.earlier.is_some() {
            for parent in before.into_iter().chain(after.as_deref()) {
                let grants = load::grants_of_team(connection, &workspace_id, parent, subject.time()).await?;
                hand_on::require_all(&subject.caller.access, &workspace_id, &grants, None)?;
            }
        }
        Ok(())
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        refuse_dependents(store::children(connection, subject.id).await?)?;
        let workspace_id = subject.workspace_id();
        let grants = load::grants_of_team(connection, workspace_id, subject.id, subject.time()).await?;
        hand_on::require_all(&subject.caller.access, workspace_id, &grants, None)?;
        Ok(Archival::Delete)
    }
}

/// The slugs from a team up to itself, if its new parent leads there.
fn circle(tree: &BTreeMap<String, Node>, (id, slug): (&str, &str), parent: &str) -> Option<Vec<String>> {
    let mut path = vec![slug.to_owned()];
    let mut step = parent;
    while step != id {
        let node = tree.get(step)?;
        path.push(node.slug.clone());
        step = node.parent_team_id.as_deref()?;
    }
    path.push(slug.to_owned());
    Some(path)
}
