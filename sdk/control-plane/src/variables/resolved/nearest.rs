//! Of each name the variable or secret that is defined nearest to an environment.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    database::{Connection, Statement},
    document::Document,
    http::problem::Problem,
    object::Shape,
    variables::{scope::Availability, secret::SECRET, variable::VARIABLE},
};

/// An environment and what it is in.
pub(in crate::variables) struct Location<'a> {
    pub(in crate::variables) environment: &'a str,
    pub(in crate::variables) project: &'a str,
    pub(in crate::variables) workspace: &'a str,
}

/// What holds in an environment, by name.
pub(in crate::variables) async fn nearest(
    connection: &mut Connection,
    place: &Location<'_>,
) -> Result<BTreeMap<String, Resolved>, Problem> {
    let mut found = candidates(connection, &VARIABLE, place).await?;
    found.extend(candidates(connection, &SECRET, place).await?);
    Ok(effective(found))
}

/// How near to an environment something is defined. The nearest holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Workspace,
    /// By the time of the attachment: of several sets, the one attached last holds.
    SetOfProject(String),
    SetOfEnvironment(String),
    Project,
    Environment,
}

/// A variable or a secret, as it holds in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ResolvedVariable")]
pub(in crate::variables) struct Resolved {
    /// What it is and says.
    #[serde(flatten)]
    pub(in crate::variables) content: Content,
    /// `variable` or `secret`.
    pub(in crate::variables) kind: &'static str,
    /// Where it comes from.
    pub(in crate::variables) source: Source,
}

/// What a stored variable or secret says that matters here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(in crate::variables) struct Content {
    /// Name.
    key: String,
    /// Value of a variable; null for a secret.
    pub(in crate::variables) value: Option<String>,
    /// Fingerprint of a secret; null for a variable, and for a secret whose value is kept somewhere else.
    pub(in crate::variables) fingerprint: Option<String>,
    /// Version of a secret, which grows with each new value; null for a variable.
    pub(in crate::variables) version: Option<i64>,
    /// Whether builds get it, deployments, or both.
    pub(in crate::variables) availability: Availability,
}

/// What defines a variable or a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ResolvedVariableSource")]
pub(in crate::variables) struct Source {
    /// `environment`, `project`, `variable_set` or `workspace`.
    scope: &'static str,
    /// Id of the scope.
    #[schemars(extend("format" = "uuid"))]
    pub(in crate::variables) scope_id: String,
    /// Id of the variable or the secret.
    #[schemars(extend("format" = "uuid"))]
    pub(in crate::variables) id: String,
    /// The field that the variable or the secret names its scope in.
    #[serde(skip)]
    pub(in crate::variables) field: &'static str,
}

/// Of each name the one that is defined nearest, by name.
fn effective(found: Vec<(Nearness, Resolved)>) -> BTreeMap<String, Resolved> {
    let mut nearest: BTreeMap<String, (Nearness, Resolved)> = BTreeMap::new();
    for (nearness, resolved) in found {
        let is_nearer = nearest.get(&resolved.content.key).is_none_or(|(known, _)| *known < nearness);
        if is_nearer {
            nearest.insert(resolved.content.key.clone(), (nearness, resolved));
        }
    }
    nearest.into_iter().map(|(key, (_, resolved))| (key, resolved)).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    document: String,
    /// When the set it is in was attached to the environment, and to the project.
    environment_attached: Option<String>,
    project_attached: Option<String>,
}

/// Everything of a kind that reaches an environment.
async fn candidates(
    connection: &mut Connection,
    shape: &'static Shape,
    place: &Location<'_>,
) -> Result<Vec<(Nearness, Resolved)>, Problem> {
    let mut query = Statement::new("");
    let [environment, project, workspace] =
        [place.environment, place.project, place.workspace].map(|id| query.bind(id));
    query.push(&format!(
        "SELECT t.id, t.document, e.created_at || e.id AS environment_attached, p.created_at || p.id AS project_attached \
         FROM {} t \
         LEFT JOIN variable_set_attachments e ON e.variable_set_id = t.variable_set_id AND e.environment_id = {environment} \
         LEFT JOIN variable_set_attachments p ON p.variable_set_id = t.variable_set_id AND p.project_id = {project} \
         WHERE t.tenant_id = {workspace} AND (t.workspace_id IS NOT NULL OR t.project_id = {project} \
         OR t.environment_id = {environment} OR e.id IS NOT NULL OR p.id IS NOT NULL)",
        shape.table
    ));
    let rows: Vec<Row> = query.fetch_all(connection).await?;
    rows.into_iter().map(|row| row.resolve(shape)).collect()
}

impl Row {
    fn resolve(self, shape: &'static Shape) -> Result<(Nearness, Resolved), Problem> {
        let broken = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        let document: Document = serde_json::from_str(&self.document).map_err(broken)?;
        let content: Content = serde_json::from_str(&self.document).map_err(broken)?;
        let (parent, parent_id) = shape
            .parent_of(&document)
            .ok_or_else(|| sqlx::Error::Decode("an object without its scope is stored".into()))?;
        let nearness = match (parent.shape.kind, self.environment_attached, self.project_attached) {
            ("environment", _, _) => Nearness::Environment,
            ("project", _, _) => Nearness::Project,
            (_, Some(at), _) => Nearness::SetOfEnvironment(at),
            (_, None, Some(at)) => Nearness::SetOfProject(at),
            (_, None, None) => Nearness::Workspace,
        };
        let source = Source {
            scope: parent.shape.kind,
            scope_id: parent_id.id.to_owned(),
            id: self.id,
            field: parent.field,
        };
        let resolved = Resolved { content, kind: shape.kind, source };
        Ok((nearness, resolved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_nearest(found: &[(Nearness, &str)], expected: &str) {
        let resolved = |(nearness, id): &(Nearness, &str)| {
            let (scope_id, id) = (String::new(), (*id).to_owned());
            let source = Source { scope: "workspace", scope_id, id, field: "workspace_id" };
            let content = Content {
                key: "A".to_owned(),
                value: None,
                fingerprint: None,
                version: None,
                availability: Availability::Both,
            };
            let resolved = Resolved { content, kind: "variable", source };
            (nearness.clone(), resolved)
        };
        let one_way = effective(found.iter().map(resolved).collect());
        let other_way = effective(found.iter().rev().map(resolved).collect());
        assert_eq!((one_way["A"].source.id.as_str(), one_way.len()), (expected, 1));
        assert_eq!(one_way, other_way);
    }

    #[test]
    fn the_nearest_definition_holds_and_of_several_sets_the_last_attached() {
        let set = |at: &str| Nearness::SetOfProject(at.to_owned());
        let near_set = |at: &str| Nearness::SetOfEnvironment(at.to_owned());
        check_nearest(&[(Nearness::Workspace, "w"), (set("2026"), "s")], "s");
        check_nearest(&[(set("2026"), "s"), (set("2027"), "t")], "t");
        check_nearest(&[(near_set("2026"), "e"), (set("2027"), "t")], "e");
        check_nearest(&[(Nearness::Project, "p"), (near_set("2026"), "e")], "p");
        check_nearest(&[(Nearness::Project, "p"), (Nearness::Environment, "e")], "e");
    }
}
