//! Structures as the services' models name their members.

use serde_json::{Map, Value};

/// The members of one structure. A point in time is a string as of RFC 3339, whatever it is on the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document(Map<String, Value>);

impl Document {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The same with one more member.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets a member that is not there yet.
    pub(crate) fn set_default(&mut self, name: &str, value: impl Into<Value>) {
        self.0.entry(name).or_insert_with(|| value.into());
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Takes over these members of another structure, as far as it has them.
    pub(crate) fn carry(&mut self, other: &Document, names: &[&str]) {
        for name in names {
            if let Some(value) = other.get(name) {
                self.set(name, value.clone());
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// A text that the model requires.
    ///
    /// # Panics
    ///
    /// When it is not there: requests without it are refused before anybody asks for it.
    pub(crate) fn given(&self, name: &str) -> &str {
        self.text(name).unwrap_or_else(|| panic!("{name} is required by the model"))
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// A list; empty if it is not there.
    pub(crate) fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A list of texts; empty if it is not there.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// A structure inside; empty if it is not there.
    pub(crate) fn inner(&self, name: &str) -> Document {
        self.get(name).and_then(Value::as_object).cloned().map(Self).unwrap_or_default()
    }

    /// A list of structures; empty if it is not there.
    pub(crate) fn inners(&self, name: &str) -> Vec<Document> {
        self.list(name).iter().filter_map(Value::as_object).cloned().map(Self).collect()
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Document> for Value {
    fn from(document: Document) -> Self {
        Self::Object(document.0)
    }
}

impl From<Map<String, Value>> for Document {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}
