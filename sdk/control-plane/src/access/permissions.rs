//! What a role allows.

use crate::{
    access::{Pattern, catalogue},
    auth::Role,
};

/// A set of permissions: those of a built-in role, and those that patterns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Permissions {
    built_in: Option<Role>,
    patterns: Vec<Pattern>,
}

impl Permissions {
    pub(crate) fn built_in(role: Role) -> Self {
        Self { built_in: Some(role), patterns: Vec::new() }
    }

    /// Those that texts of a stored document mean. What has gone from the catalogue since means nothing.
    pub(crate) fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { built_in: None, patterns: texts.into_iter().filter_map(Pattern::parse).collect() }
    }

    /// Adds another set.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.built_in = self.built_in.max(other.built_in);
        self.patterns.extend(other.patterns.iter().cloned());
    }

    pub(crate) fn allow(&self, permission: &str) -> bool {
        let built_in =
            || catalogue::least(permission).zip(self.built_in).is_some_and(|(least, role)| role >= least);
        built_in() || self.patterns.iter().any(|pattern| pattern.matches(permission))
    }

    /// One by one, in order.
    pub(crate) fn expanded(&self) -> impl Iterator<Item = &'static str> + '_ {
        catalogue::all().filter(|permission| self.allow(permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_any_of_its_parts_has() {
        let mut permissions = Permissions::built_in(Role::Viewer);
        permissions.extend(&Permissions::of_texts(["project:*"]));
        assert!(permissions.allow("pipeline:read") && permissions.allow("project:delete"));
        assert!(!permissions.allow("pipeline:delete"));
        let expanded: Vec<&str> = Permissions::of_texts(["project:*", "gone"]).expanded().collect();
        assert_eq!(expanded, ["project:create", "project:delete", "project:read", "project:update"]);
    }
}
