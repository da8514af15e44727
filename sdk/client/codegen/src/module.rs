//! What goes into one module, and who owns which type.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::Call;
use crate::document::{Document, Schema, Values};
use crate::names::{self, Taken};
use crate::types::{Body, Definition};

/// The module of types that several tags have in common.
pub(crate) const VOCABULARY: &str = "vocabulary";

/// The types of one tag.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) taken: Taken,
    pub(crate) answers: Vec<Definition>,
    pub(crate) requests: Vec<Definition>,
    pub(crate) patches: Vec<Definition>,
    /// The schemas that types to be sent were made of, by name.
    pub(crate) sent: BTreeMap<String, Schema>,
}

impl Module {
    /// The words of the type with that name.
    pub(crate) fn words(&self, name: &str) -> Option<BTreeSet<&str>> {
        let mut definitions = self.answers.iter().chain(&self.requests);
        definitions.find_map(|definition| match &definition.body {
            Body::Words(words) if definition.name == name => {
                Some(words.words.iter().map(|(word, _)| word.as_str()).collect())
            }
            _ => None,
        })
    }
}

/// Which module each named schema belongs to, of those that are answered.
pub(crate) fn owners(document: &Document, calls: &[Call<'_>]) -> BTreeMap<String, String> {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for call in calls {
        let mut names = BTreeSet::new();
        if let Some(schema) = call.shape.answer() {
            walk(document, schema, &mut names);
        }
        for name in names {
            users.entry(name).or_default().insert(call.tag);
        }
    }
    let namesakes: BTreeMap<String, &str> =
        calls.iter().map(|call| (names::pascal(&names::singular(call.tag)), call.tag)).collect();
    let owner = |(name, tags): (String, BTreeSet<&str>)| {
        let only = tags.first().filter(|_| tags.len() == 1).copied();
        let owner = only.or_else(|| namesakes.get(&name).copied()).unwrap_or(VOCABULARY);
        (name, names::snake(owner))
    };
    users.into_iter().map(owner).collect()
}

/// Notes the named schemas that a schema leads to.
fn walk(document: &Document, schema: &Schema, names: &mut BTreeSet<String>) {
    if let Some(name) = schema.target() {
        if names.insert(name.to_owned())
            && let Some(schema) = document.components.schemas.get(name)
        {
            walk(document, schema, names);
        }
        return;
    }
    let each = match schema.values() {
        Some(Values::Each(values)) => Some(values),
        Some(Values::Any) | None => None,
    };
    let branches = schema.one_of.iter().chain(&schema.any_of).chain(&schema.all_of);
    for inner in schema.properties.values().chain(schema.items.as_deref()).chain(branches).chain(each) {
        walk(document, inner, names);
    }
}
