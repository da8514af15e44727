//! What a schema asks for beyond its properties: exactly one of some, and others for each word.

use std::collections::BTreeSet;

use crate::document::Schema;

/// The conditions of an object that is sent.
#[derive(Debug, Default)]
pub(crate) struct Conditions<'d> {
    pub(crate) groups: Vec<Group<'d>>,
    pub(crate) variation: Option<Variation<'d>>,
}

/// Properties of which exactly one has to be there.
#[derive(Debug)]
pub(crate) struct Group<'d> {
    pub(crate) names: Vec<String>,
    branches: &'d [Schema],
}

/// What else is asked for, by the word in one property.
#[derive(Debug)]
pub(crate) struct Variation<'d> {
    pub(crate) field: &'d str,
    pub(crate) branches: Vec<Branch<'d>>,
}

/// What goes with one word.
#[derive(Debug)]
pub(crate) struct Branch<'d> {
    pub(crate) word: &'d str,
    pub(crate) schema: &'d Schema,
}

impl<'d> Conditions<'d> {
    pub(crate) fn of(schema: &'d Schema) -> Self {
        let mut conditions = Self::default();
        let parts = schema.all_of.iter().chain([schema]);
        for branches in parts.flat_map(|part| [part.one_of.as_slice(), part.any_of.as_slice()]) {
            match variation(branches) {
                Some(variation) => conditions.variation = Some(variation),
                None => conditions.groups.extend(group(branches)),
            }
        }
        conditions
    }

    /// The properties, those of the forms included.
    pub(crate) fn property_names(&self, schema: &'d Schema) -> Vec<&'d str> {
        let mut names = schema.property_names();
        let branches = self.variation.iter().flat_map(|variation| &variation.branches);
        for name in branches.flat_map(|branch| branch.schema.property_names()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What says most about a property, and the word that it goes with if it is said for one only.
    pub(crate) fn schema_of(
        &self,
        schema: &'d Schema,
        property: &str,
    ) -> Option<(&'d Schema, Option<&'d str>)> {
        let outer = schema.properties.get(property).filter(|outer| !outer.is_bare());
        if let Some(outer) = outer {
            return Some((outer, None));
        }
        let grouped = self.groups.iter().find_map(|group| group.schema_of(property));
        if let Some(grouped) = grouped {
            return Some((grouped, None));
        }
        let branches = self.variation.iter().flat_map(|variation| &variation.branches);
        let said = branches.filter_map(|branch| branch.schema.properties.get(property));
        let best = said.max_by_key(|said| (said.items.is_some(), said.kind().is_some()));
        best.or_else(|| schema.properties.get(property)).map(|schema| (schema, None))
    }
}

impl<'d> Group<'d> {
    /// Whether they say what the object belongs to.
    pub(crate) fn is_parent(&self) -> bool {
        self.names.iter().all(|name| name.ends_with("_id"))
    }

    pub(crate) fn has(&self, property: &str) -> bool {
        self.names.iter().any(|name| name == property)
    }

    pub(crate) fn schema_of(&self, property: &str) -> Option<&'d Schema> {
        self.branches.iter().find_map(|branch| branch.properties.get(property))
    }
}

impl Variation<'_> {
    /// Whether a form has to have the property.
    pub(crate) fn demands(&self, property: &str) -> bool {
        property != self.field && self.branches.iter().any(|branch| branch.schema.requires(property))
    }

    /// Whether the property is an object, and another one for each word.
    pub(crate) fn differs(&self, property: &str) -> bool {
        let forms = self.branches.iter().filter_map(|branch| branch.schema.properties.get(property));
        let fields: BTreeSet<Vec<&str>> = forms
            .filter(|form| form.kind() == Some("object") && !form.properties.is_empty())
            .map(|form| form.properties.keys().map(String::as_str).collect())
            .collect();
        fields.len() > 1
    }
}

fn variation(branches: &[Schema]) -> Option<Variation<'_>> {
    let (field, _) = branches.first()?.properties.iter().find(|(_, inner)| inner.constant().is_some())?;
    let words = branches
        .iter()
        .map(|schema| Some(Branch { word: schema.properties.get(field)?.constant()?, schema }));
    Some(Variation { field, branches: words.collect::<Option<_>>()? })
}

fn group(branches: &[Schema]) -> Option<Group<'_>> {
    let names: Vec<String> = branches
        .iter()
        .map(|branch| match branch.required.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (!names.is_empty()).then_some(Group { names, branches })
}
