//! Permissions as they are written down: one, or several by a wildcard.

use std::fmt;

/// `project:create`, `project:*`, `*:read` or `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    Everything,
    /// All actions on a resource.
    Resource(String),
    /// One action on every resource.
    Action(String),
    One(String),
}

impl Pattern {
    /// Reads one of the four forms.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if text == "*" {
            return Some(Self::Everything);
        }
        match text.split_once(':')? {
            (resource, "*") if is_word(resource) => Some(Self::Resource(resource.to_owned())),
            ("*", action) if is_word(action) => Some(Self::Action(action.to_owned())),
            (resource, action) if is_word(resource) && is_word(action) => Some(Self::One(text.to_owned())),
            _ => None,
        }
    }

    /// Whether a permission is among those meant.
    pub(crate) fn matches(&self, permission: &str) -> bool {
        let parts = permission.split_once(':');
        match self {
            Self::Everything => true,
            Self::Resource(resource) => parts.is_some_and(|(own, _)| own == resource),
            Self::Action(action) => parts.is_some_and(|(_, own)| own == action),
            Self::One(one) => one == permission,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => formatter.write_str("*"),
            Self::Resource(resource) => write!(formatter, "{resource}:*"),
            Self::Action(action) => write!(formatter, "*:{action}"),
            Self::One(one) => formatter.write_str(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_one_of_four_forms() {
        for good in ["*", "project:*", "*:read", "deployment_target:create"] {
            assert_eq!(Pattern::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "project", ":", "project:", ":read", "*:*", "pro*:read", "Project:read", "a:b:c"] {
            assert_eq!(Pattern::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_a_whole_part() {
        let matches = |pattern, permission| Pattern::parse(pattern).unwrap().matches(permission);
        assert!(matches("*", "project:create") && matches("project:*", "project:create"));
        assert!(matches("*:create", "project:create") && matches("project:create", "project:create"));
        assert!(!matches("project:*", "pipeline:create") && !matches("*:read", "project:create"));
        assert!(!matches("project:read", "project:create"));
    }
}
