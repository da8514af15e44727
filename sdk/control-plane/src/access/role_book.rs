//! The roles of workspaces, with what they inherit.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Deserialize;

use crate::{
    access::Permissions,
    auth::Role,
    database::{Connection, Statement},
};

/// The part of a role's document that says what it allows.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Terms {
    pub(crate) name: String,
    pub(crate) permissions: Vec<String>,
    /// Ids of other roles, or names of built-in ones.
    pub(crate) inherits: Vec<String>,
}

/// Roles by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleBook(BTreeMap<String, Terms>);

impl RoleBook {
    /// The roles of these workspaces.
    pub(crate) async fn load(
        connection: &mut Connection,
        workspace_ids: &BTreeSet<&str>,
    ) -> Result<Self, sqlx::Error> {
        let ids: Vec<&str> = workspace_ids.iter().copied().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let mut query = Statement::new("SELECT id, document FROM roles WHERE workspace_id IN (");
        query.push_list(&ids).push(")");
        let rows: Vec<(String, String)> = query.fetch_all(connection).await?;
        let read = |(id, document): (String, String)| {
            let terms = serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok((id, terms))
        };
        Ok(Self(rows.into_iter().map(read).collect::<Result<_, sqlx::Error>>()?))
    }

    /// Puts a role in, in place of the one that had the id.
    pub(crate) fn insert(&mut self, id: &str, terms: Terms) {
        self.0.insert(id.to_owned(), terms);
    }

    /// Whether there is a role of this id or, among the built-in ones, of this name.
    pub(crate) fn knows(&self, role_id: &str) -> bool {
        Role::parse(role_id).is_some() || self.0.contains_key(role_id)
    }

    /// What a role allows, with all it inherits. A role that has gone allows nothing.
    pub(crate) fn permissions(&self, role_id: &str) -> Permissions {
        let mut permissions = Permissions::default();
        for id in self.line(role_id) {
            match (Role::parse(id), self.0.get(id)) {
                (Some(role), _) => permissions.extend(&Permissions::built_in(role)),
                (None, Some(terms)) => {
                    let texts = terms.permissions.iter().map(String::as_str);
                    permissions.extend(&Permissions::of_texts(texts));
                }
                (None, None) => {}
            }
        }
        permissions
    }

    pub(crate) fn shared(&self, role_id: &str) -> Arc<Permissions> {
        Arc::new(self.permissions(role_id))
    }

    /// The roles that inherit from this one, near or far, by id.
    pub(crate) fn heirs(&self, role_id: &str) -> Vec<&str> {
        let inherits = |id: &&str| *id != role_id && self.line(id).contains(role_id);
        self.0.keys().map(String::as_str).filter(inherits).collect()
    }

    /// The role and all that it inherits from, near or far.
    fn line<'a>(&'a self, role_id: &'a str) -> BTreeSet<&'a str> {
        let mut line = BTreeSet::from([role_id]);
        let mut open = vec![role_id];
        while let Some(id) = open.pop() {
            let parents = self.0.get(id).into_iter().flat_map(|terms| &terms.inherits);
            open.extend(parents.map(String::as_str).filter(|parent| line.insert(parent)));
        }
        line
    }

    /// The names along a way of inheriting from a role back to itself, its own first and last.
    pub(crate) fn circle(&self, role_id: &str) -> Option<Vec<String>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = vec![role_id];
        while let Some(id) = open.pop() {
            for parent in self.0.get(id).into_iter().flat_map(|terms| &terms.inherits) {
                if parent == role_id {
                    let mut path = vec![self.name(role_id)];
                    let mut step = id;
                    while step != role_id {
                        path.push(self.name(step));
                        step = came_from[step];
                    }
                    path.push(self.name(role_id));
                    path.reverse();
                    return Some(path);
                }
                if !came_from.contains_key(parent.as_str()) {
                    came_from.insert(parent, id);
                    open.push(parent);
                }
            }
        }
        None
    }

    /// What a role is called.
    pub(crate) fn name(&self, role_id: &str) -> String {
        self.0.get(role_id).map_or_else(|| role_id.to_owned(), |terms| terms.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(roles: &[(&str, &[&str], &[&str])]) -> RoleBook {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let mut book = RoleBook::default();
        for (id, permissions, inherits) in roles {
            let (permissions, inherits) = (texts(permissions), texts(inherits));
            book.insert(id, Terms { name: (*id).to_owned(), permissions, inherits });
        }
        book
    }

    #[test]
    fn a_role_has_what_it_inherits_near_and_far() {
        let book = book(&[
            ("a", &["project:create"], &["b"]),
            ("b", &["pipeline:create"], &["viewer", "gone"]),
            ("c", &[], &[]),
        ]);
        let permissions = book.permissions("a");
        assert!(permissions.allow("project:create") && permissions.allow("pipeline:create"));
        assert!(permissions.allow("environment:read") && !permissions.allow("environment:create"));
        assert_eq!(book.heirs("b"), ["a"]);
        assert_eq!(book.heirs("viewer"), ["a", "b"]);
        assert_eq!(book.permissions("gone"), Permissions::default());
    }

    #[test]
    fn a_circle_of_inheriting_is_named() {
        let book = book(&[("a", &[], &["b"]), ("b", &[], &["c", "viewer"]), ("c", &[], &["a"])]);
        assert_eq!(book.circle("a").unwrap(), ["a", "b", "c", "a"]);
        assert_eq!(book.circle("viewer"), None);
    }
}
