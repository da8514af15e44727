//! What a list may show, as a condition in SQL.

use std::collections::BTreeSet;

use crate::{
    database::Statement,
    object::{Parent, Shape},
};

/// Whole workspaces, whole projects, and whole environments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight<'a> {
    pub(crate) workspaces: BTreeSet<&'a str>,
    pub(crate) projects: BTreeSet<&'a str>,
    pub(crate) environments: BTreeSet<&'a str>,
}

impl Sight<'_> {
    /// Adds a condition on the objects `t` of a kind.
    pub(crate) fn narrow(&self, query: &mut Statement, shape: &Shape) {
        let places = [
            (Some(format!("t.{}", shape.workspace_column)), &self.workspaces),
            (ancestor(shape, "project"), &self.projects),
            (ancestor(shape, "environment"), &self.environments),
        ];
        query.push(" AND (1 = 0");
        for (column, ids) in places {
            if let Some(column) = column.filter(|_| !ids.is_empty()) {
                let ids: Vec<&str> = ids.iter().copied().collect();
                query.push(" OR ").push(&column).push(" IN (").push_list(&ids).push(")");
            }
        }
        query.push(")");
    }
}

/// The SQL for the id of the `kind` that the object `t` is or belongs to; `None` where there is none above it.
pub(crate) fn ancestor(shape: &Shape, kind: &str) -> Option<String> {
    fn above(shape: &Shape, alias: &str, kind: &str) -> Option<String> {
        if shape.kind == kind {
            return Some(format!("{alias}.id"));
        }
        let by_way_of = |parent: &Parent| {
            if parent.shape.kind == kind {
                return Some(format!("{alias}.{}", parent.field));
            }
            let next = format!("{alias}p");
            let inner = above(parent.shape, &next, kind)?;
            let (table, field) = (parent.shape.table, parent.field);
            Some(format!("(SELECT {inner} FROM {table} {next} WHERE {next}.id = {alias}.{field})"))
        };
        let mut ways: Vec<String> = shape.parents.iter().filter_map(by_way_of).collect();
        match ways.len() {
            0 | 1 => ways.pop(),
            // An object has one parent, so only one of the ways leads anywhere.
            _ => Some(format!("COALESCE({})", ways.join(", "))),
        }
    }
    above(shape, "t", kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        delivery::{deployment_target::DEPLOYMENT_TARGET, environment::ENVIRONMENT, project::PROJECT},
        tenancy::workspace::WORKSPACE,
        variables::variable::VARIABLE,
    };

    #[test]
    fn an_object_knows_what_it_belongs_to() {
        assert_eq!(ancestor(&WORKSPACE, "project"), None);
        assert_eq!(ancestor(&PROJECT, "project").unwrap(), "t.id");
        assert_eq!(ancestor(&ENVIRONMENT, "project").unwrap(), "t.project_id");
        assert_eq!(
            ancestor(&DEPLOYMENT_TARGET, "project").unwrap(),
            "(SELECT tp.project_id FROM environments tp WHERE tp.id = t.environment_id)"
        );
        assert_eq!(ancestor(&DEPLOYMENT_TARGET, "environment").unwrap(), "t.environment_id");
    }

    #[test]
    fn an_object_that_may_belong_to_several_knows_each_of_them() {
        assert_eq!(ancestor(&VARIABLE, "environment").unwrap(), "t.environment_id");
        assert_eq!(
            ancestor(&VARIABLE, "project").unwrap(),
            "COALESCE(t.project_id, (SELECT tp.project_id FROM environments tp WHERE tp.id = t.environment_id))"
        );
    }
}
