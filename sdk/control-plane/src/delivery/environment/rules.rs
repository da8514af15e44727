//! What only environments do: they promote from one another, and never in a circle.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::{
    access::Scope,
    database::Connection,
    delivery::{
        deployment::{UnderWay, call_dispatcher, under_way},
        environment::{
            ENVIRONMENT, Environment,
            store::{self, Node},
        },
    },
    document::{Document, Fields},
    http::{
        problem::{Code, FieldError, Problem},
        query::Query,
    },
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::{belongings, refuse_dependents, refuse_protected},
    },
    promotion::process,
};

impl Object for Environment {
    const SHAPE: &'static Shape = &ENVIRONMENT;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.refuse_unguarding(subject)?;
        if self.promotes_from.is_empty() {
            return Ok(());
        }
        let mut graph = store::graph(connection, &self.project_id.to_string()).await?;
        let node = Node { slug: self.slug.clone(), promotes_from: self.promotes_from.clone() };
        graph.insert(subject.id.to_owned(), node);
        let unknown = |(index, id): (usize, &String)| {
            let detail = "This is not an environment of the same project.".to_owned();
            let pointer = format!("/promotes_from/{index}");
            (!graph.contains_key(id)).then_some(FieldError { pointer, code: "not_found", detail })
        };
        let errors: Vec<FieldError> = self.promotes_from.iter().enumerate().filter_map(unknown).collect();
        if !errors.is_empty() {
            return Err(Problem::validation(errors));
        }
        match cycle(&graph, subject.id) {
            None => Ok(()),
            Some(path) => Err(Problem::new(
                Code::Cycle,
                format!("These environments would promote in a circle: {}.", path.join(" from ")),
            )
            .with("path", json!(path))),
        }
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        // There may be more room than there was.
        let changed = |earlier: &Document| {
            earlier.get("deployment_concurrency").and_then(Value::as_i64) != Some(self.deployment_concurrency)
        };
        if subject.earlier.is_some_and(changed) {
            call_dispatcher(connection, subject.id, subject.now).await?;
        }
        Ok(())
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        refuse_protected(subject)?;
        let mut dependents = belongings(connection, &ENVIRONMENT, subject.id).await?;
        dependents.extend(under_way(connection, UnderWay::To(subject.id)).await?);
        dependents.extend(process::under_way(connection, subject.id).await?);
        dependents.extend(store::promoted_to(connection, subject.id).await?);
        refuse_dependents(dependents)?;
        Ok(Archival::Delete)
    }
}

impl Environment {
    /// What keeps things out of an environment is not for everyone to change who deploys to it.
    fn refuse_unguarding(&self, subject: &Subject<'_>) -> Result<(), Problem> {
        let Some(earlier) = subject.earlier else { return Ok(()) };
        let differs = |field: &str, now: Value| earlier.get(field).is_some_and(|before| *before != now);
        let is_unlocked = self.locked.is_none() && earlier.get("locked").is_some_and(Value::is_object);
        if is_unlocked
            || differs("promotes_from", json!(self.promotes_from))
            || differs("allowed_branches", json!(self.allowed_branches))
        {
            let project_id = self.project_id.to_string();
            let scope = Scope {
                workspace_id: subject.workspace_id,
                project_id: Some(&project_id),
                environment_id: Some(subject.id),
            };
            subject.caller.access.require("environment:guard", &scope)?;
        }
        Ok(())
    }
}

/// The slugs along a way from `start` back to itself, `start` first and last.
///
/// Only circles through `start` are looked for: the others were refused before.
fn cycle(graph: &BTreeMap<String, Node>, start: &str) -> Option<Vec<String>> {
    let mut came_from: HashMap<&str, &str> = HashMap::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        for source in &graph.get(id)?.promotes_from {
            if source == start {
                let mut path = vec![graph[start].slug.clone()];
                let mut step = id;
                while step != start {
                    path.push(graph[step].slug.clone());
                    step = came_from[step];
                }
                path.push(graph[start].slug.clone());
                path.reverse();
                return Some(path);
            }
            if graph.contains_key(source) && !came_from.contains_key(source.as_str()) {
                came_from.insert(source, id);
                open.push(source);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_cycle(edges: &[(&str, &[&str])], expected: Option<&[&str]>) {
        let node = |(id, from): &(&str, &[&str])| {
            let promotes_from = from.iter().map(|id| (*id).to_owned()).collect();
            ((*id).to_owned(), Node { slug: (*id).to_owned(), promotes_from })
        };
        let graph = edges.iter().map(node).collect();
        let expected = expected.map(|path| path.iter().map(|slug| (*slug).to_owned()).collect::<Vec<_>>());
        assert_eq!(cycle(&graph, edges[0].0), expected);
    }

    #[test]
    fn a_circle_is_told_from_a_diamond() {
        check_cycle(&[("d", &["b", "c"]), ("b", &["a"]), ("c", &["a"]), ("a", &[])], None);
        check_cycle(&[("a", &["c"]), ("b", &["a"]), ("c", &["b"])], Some(&["a", "c", "b", "a"]));
        check_cycle(&[("a", &["a"])], Some(&["a", "a"]));
    }
}
