//! Checks that every type is put through.

use serde_json::{Map, Value};

use crate::case::Case;
use crate::control_plane::collection_of;
use crate::plan::Action;
use crate::state::State;

/// Attributes that an import cannot know, because the remote side does not: they are not compared.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'a>(pub &'a [&'a str]);

/// An object that was imported.
pub struct Imported {
    /// The case it was imported in, if it is another one.
    pub case: Option<Case>,
    /// What is there.
    pub state: State,
}

impl Case {
    /// Imports an object by command into an empty state, and checks that it is the same as in this one.
    ///
    /// # Panics
    /// When it is not.
    pub fn verify_import(&self, configuration: &str, address: &str, id: &str, unverified: Unverified<'_>) {
        let _ = self.import(configuration, address).ignoring_all(unverified).by_command(id).run();
    }

    /// Imports an object by block and by identity into the state that it is forgotten from, and checks that it is the
    /// same as before.
    ///
    /// # Panics
    /// When it is not.
    pub fn verify_import_blocks(
        &self,
        configuration: &str,
        address: &str,
        id: &str,
        unverified: Unverified<'_>,
    ) {
        let identity = self.state().identity(address).clone();
        let import = || {
            let import = self.import(configuration, address).ignoring_all(unverified).persisted();
            // What the remote side does not know is set after the import.
            if unverified.0.is_empty() { import } else { import.expect_non_empty_plan() }
        };
        let _ = import().by_block(id).run();
        let _ = import().by_identity(identity).run();
    }

    /// Imports an object by block, lets Terraform write its configuration, and checks that there is nothing to do.
    ///
    /// # Panics
    /// When there is.
    pub fn verify_generated(&self, address: &str, id: &str, unverified: Unverified<'_>) {
        let kind = address.split('.').next().expect("an address starts with a type");
        let import = self.import("", &format!("{kind}.generated")).like(address);
        let _ = import.ignoring_all(unverified).by_block(id).generated().run();
    }

    /// Reads an object with its data source by each of the ways, and checks that it is the same as in the state.
    ///
    /// # Panics
    /// When it is not.
    pub fn verify_data_source(&self, kind: &str, address: &str, path: &str, unverified: Unverified<'_>) {
        let expected = self.state();
        let expected = expected.attributes(address);
        let id = expected["id"].as_str().expect("an object has an id");
        let case = self.beside();
        case.configure(&format!(
            "data \"{kind}\" \"by_id\" {{\n  id = {id:?}\n}}\n\ndata \"{kind}\" \"by_path\" {{\n  path = {path:?}\n}}\n"
        ));
        let _ = case.plan_again(&[]);
        let _ = case.carry_out().succeeded();
        let state = case.state();
        for way in ["by_id", "by_path"] {
            let found = state.attributes(&format!("data.{kind}.{way}"));
            for (name, value) in expected {
                let is_local = name == "timeouts" || unverified.0.contains(&name.as_str());
                // Nobody has left anything out of a data source, so none and nothing are one, and what only steers is not there.
                let none = value.is_null() && found.get(name).is_none_or(is_empty);
                let same = found.get(name).map(without_nothing) == Some(without_nothing(value));
                assert!(is_local || none || same, "{way}: {name} is {:?}, not {value}", found.get(name));
            }
        }
    }

    /// Removes an object behind Terraform's back, and checks that it is made again.
    ///
    /// # Panics
    /// When it is not.
    pub fn verify_recreation(&self, configuration: &str, address: &str) {
        let kind = address.split('.').next().expect("an address starts with a type");
        let collection = collection_of(kind).expect("the control plane keeps it");
        let state = self.state();
        let id = state.text(address, "/id");
        self.control_plane().remove(collection, id);
        let applied = self.apply(configuration);
        assert_eq!(applied.plan.action(address), Action::Create);
        assert_ne!(applied.state.text(address, "/id"), id);
    }

    /// Changes these attributes of an object behind Terraform's back, and checks that the plan says of each how to
    /// change it back.
    ///
    /// # Panics
    /// When it does not.
    pub fn verify_drift(&self, configuration: &str, address: &str, patch: &Value, attributes: &[&str]) {
        let kind = address.split('.').next().expect("an address starts with a type");
        let collection = collection_of(kind).expect("the control plane keeps it");
        let state = self.state();
        self.control_plane().change(collection, state.text(address, "/id"), patch);
        let applied = self.apply(configuration);
        assert_eq!(applied.plan.action(address), Action::Update, "nothing has drifted");
        for name in attributes {
            let pointer = format!("/{name}");
            assert!(
                applied.plan.changes(address, &pointer),
                "{name} has drifted, and the plan does not say so"
            );
            assert_eq!(
                applied.state.value(address, &pointer),
                state.value(address, &pointer),
                "{name} is not as before"
            );
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// A value without members that are null, at any depth: what only steers is not in a data source.
fn without_nothing(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let told = members.iter().filter(|(_, member)| !member.is_null());
            Value::Object(told.map(|(name, member)| (name.clone(), without_nothing(member))).collect())
        }
        Value::Array(elements) => elements.iter().map(without_nothing).collect(),
        other => other.clone(),
    }
}
