//! What there may be: a few states of every type, as an import or a refresh leaves them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;
use sparki_core::{Dynamic, ErasedResource, UnknownMembers};
use sparki_plan::with_defaults;

use crate::registry::registry;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("states")
}

/// The states of a type, by name. What a file leaves out is null, or the default.
fn read(name: &str, resource: &dyn ErasedResource) -> BTreeMap<String, Dynamic> {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{error}: {name} needs a few states in {}", path.display()));
    let states: BTreeMap<String, Json> = serde_json::from_str(&text).expect("the file is JSON");
    assert!(states.len() >= 2, "{name} has a single state; add one with everything set");
    let object = &resource.schema().object;
    let state = |(state, json): (String, Json)| {
        let value = Dynamic::from_json(&json, &object.ty(), UnknownMembers::Refuse);
        let value = value.unwrap_or_else(|error| panic!("{name}, {state}: {error}"));
        (state, with_defaults(object, &value))
    };
    states.into_iter().map(state).collect()
}

/// Looks at every state of every type. The first argument names it.
pub(crate) fn check_states(check: impl Fn(&str, &dyn ErasedResource, &Dynamic)) {
    for (name, resource) in registry().resources() {
        for (state, value) in read(name, &**resource) {
            check(&format!("{name}, {state}"), &**resource, &value);
        }
    }
}

#[test]
fn every_file_of_states_belongs_to_a_type() {
    for file in std::fs::read_dir(folder()).expect("there are states").flatten() {
        let name = file.file_name().to_string_lossy().trim_end_matches(".json").to_owned();
        assert!(registry().resources().contains_key(name.as_str()), "no resource type {name}");
    }
}
