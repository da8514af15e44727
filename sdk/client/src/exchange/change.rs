//! Fields of a patch.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// What a patch does with a field.
#[derive(Clone, Debug, Default)]
pub(crate) enum Change<T> {
    /// The field stays as it is.
    #[default]
    None,
    /// The field gets this value.
    Set(T),
    /// The field is cleared.
    Clear,
}

impl<T> Change<T> {
    /// Whether the field is not mentioned.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl<V> Change<BTreeMap<String, V>> {
    /// Adds entries to those that are mentioned already.
    pub(crate) fn merge(&mut self, entries: impl IntoIterator<Item = (String, V)>) {
        match self {
            Self::Set(map) => map.extend(entries),
            Self::None | Self::Clear => *self = Self::Set(entries.into_iter().collect()),
        }
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set(value) => value.serialize(serializer),
            Self::None | Self::Clear => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Serialize)]
    struct Patch {
        #[serde(skip_serializing_if = "Change::is_none")]
        name: Change<String>,
        #[serde(skip_serializing_if = "Change::is_none")]
        labels: Change<BTreeMap<String, Option<String>>>,
    }

    fn check_patch(patch: &Patch, expected: &str) {
        assert_eq!(serde_json::to_string(patch).unwrap(), expected);
    }

    #[test]
    fn a_field_is_left_alone_set_or_cleared() {
        check_patch(&Patch::default(), "{}");
        check_patch(&Patch { name: Change::Set("x".into()), ..Patch::default() }, r#"{"name":"x"}"#);
        check_patch(&Patch { name: Change::Clear, ..Patch::default() }, r#"{"name":null}"#);
    }

    #[test]
    fn entries_come_together_and_null_takes_one_out() {
        let mut patch = Patch::default();
        patch.labels.merge([("team".to_owned(), Some("x".to_owned()))]);
        patch.labels.merge([("cost".to_owned(), None)]);
        check_patch(&patch, r#"{"labels":{"cost":null,"team":"x"}}"#);
    }
}
