//! Everything the provider offers.

use std::sync::LazyLock;

use sparki_core::{Attribute, Kind, ObjectSchema, Path, Registry, Schema};

static REGISTRY: LazyLock<Registry> =
    LazyLock::new(|| sparki_resources::registry().merge(sparki_topology::registry()));

pub(crate) fn registry() -> &'static Registry {
    &REGISTRY
}

/// Every schema with the name to blame: resource types first, then what else has attributes.
pub(crate) fn schemas() -> Vec<(String, &'static Schema)> {
    let resources =
        registry().resources().iter().map(|(name, one)| (format!("resource {name}"), one.schema()));
    let lookups = registry().data_sources().iter().map(|(name, one)| (format!("data {name}"), one.schema()));
    let ephemerals =
        registry().ephemerals().iter().map(|(name, one)| (format!("ephemeral {name}"), one.schema()));
    let identities = registry()
        .resources()
        .iter()
        .filter_map(|(name, one)| Some((format!("identity of {name}"), one.identity_schema()?)));
    let filters =
        registry().listable().filter_map(|(name, one)| Some((format!("list {name}"), one.filter_schema()?)));
    resources.chain(lookups).chain(ephemerals).chain(identities).chain(filters).collect()
}

/// Every attribute of an object at any depth, with its path.
pub(crate) fn attributes(object: &'static ObjectSchema) -> Vec<(Path, &'static Attribute)> {
    fn walk(object: &'static ObjectSchema, at: &Path, found: &mut Vec<(Path, &'static Attribute)>) {
        for attribute in &object.attributes {
            let path = at.then(attribute.name);
            found.push((path.clone(), attribute));
            if let Kind::Nested(_, inner) = &attribute.kind {
                walk(inner, &path, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(object, &Path::root(), &mut found);
    found
}

/// Complaints about every attribute of every schema, one per line.
pub(crate) fn complaints(complain: impl Fn(&Attribute) -> Option<String>) -> String {
    let of_schema = |(name, schema): (String, &'static Schema)| {
        let of_attribute = |(path, attribute): (Path, &'static Attribute)| {
            complain(attribute).map(|complaint| format!("{name}.{path}: {complaint}\n"))
        };
        attributes(&schema.object).into_iter().filter_map(of_attribute).collect::<String>()
    };
    schemas().into_iter().map(of_schema).collect()
}
