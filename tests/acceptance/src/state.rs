//! What a state holds.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A state, as `show -json` prints it.
#[derive(Clone, Debug)]
pub struct State {
    json: Value,
}

impl State {
    pub(crate) fn new(json: Value) -> Self {
        Self { json }
    }

    /// The objects, data sources and those in modules included: address, type, values.
    #[must_use]
    pub fn resources(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        let mut modules = vec![&self.json["values"]["root_module"]];
        while let Some(module) = modules.pop() {
            found.extend(module["resources"].as_array().into_iter().flatten());
            modules.extend(module["child_modules"].as_array().into_iter().flatten());
        }
        found
    }

    /// The objects that providers manage on a remote side: no data sources, and none of Terraform's own.
    #[must_use]
    pub fn managed(&self) -> Vec<&Value> {
        let is_built_in = |resource: &Value| {
            let provider = resource["provider_name"].as_str().unwrap_or_default();
            provider.contains("/builtin/")
        };
        let mut managed = self.resources();
        managed.retain(|resource| resource["mode"] == "managed" && !is_built_in(resource));
        managed
    }

    /// Every ARN that managed objects name, their own among them.
    #[must_use]
    pub fn arns(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut values: Vec<&Value> =
            self.managed().into_iter().map(|resource| &resource["values"]).collect();
        while let Some(value) = values.pop() {
            match value {
                Value::String(text) if text.starts_with("arn:") => {
                    found.insert(text.clone());
                }
                Value::Array(elements) => values.extend(elements),
                Value::Object(members) => values.extend(members.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        found
    }

    /// Whether an object is there.
    #[must_use]
    pub fn has(&self, address: &str) -> bool {
        self.resource(address).is_some()
    }

    /// Whether an object is there and to be made again.
    #[must_use]
    pub fn is_tainted(&self, address: &str) -> bool {
        self.resource(address).is_some_and(|resource| resource["tainted"] == Value::Bool(true))
    }

    /// The attributes of an object.
    ///
    /// # Panics
    /// When it is not there.
    #[must_use]
    pub fn attributes(&self, address: &str) -> &Map<String, Value> {
        let resource =
            self.resource(address).unwrap_or_else(|| panic!("{address} is not in the state: {}", self.json));
        resource["values"].as_object().unwrap_or_else(|| panic!("{address} has no attributes"))
    }

    /// The value at a JSON pointer: `/name`. Null if there is none.
    ///
    /// # Panics
    /// When the object is not there.
    #[must_use]
    pub fn value(&self, address: &str, pointer: &str) -> &Value {
        let _ = self.attributes(address);
        let resource = self.resource(address).expect("it has attributes");
        resource["values"].pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A text at a JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn text(&self, address: &str, pointer: &str) -> &str {
        self.value(address, pointer).as_str().unwrap_or_else(|| panic!("{address} has no text at {pointer}"))
    }

    /// The identity of an object; null where the tool has none.
    ///
    /// # Panics
    /// When the object is not there.
    #[must_use]
    pub fn identity(&self, address: &str) -> &Value {
        let _ = self.attributes(address);
        &self.resource(address).expect("it has attributes")["identity"]
    }

    /// An output.
    #[must_use]
    pub fn output(&self, name: &str) -> &Value {
        &self.json["values"]["outputs"][name]["value"]
    }

    pub(crate) fn resource(&self, address: &str) -> Option<&Value> {
        self.resources().into_iter().find(|resource| resource["address"] == address)
    }
}
