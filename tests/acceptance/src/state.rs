//! What a state holds.

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

    /// The objects, data sources included: address, type, values.
    #[must_use]
    pub fn resources(&self) -> &[Value] {
        self.json
            .pointer("/values/root_module/resources")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
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

    /// An output.
    #[must_use]
    pub fn output(&self, name: &str) -> &Value {
        &self.json["values"]["outputs"][name]["value"]
    }

    fn resource(&self, address: &str) -> Option<&Value> {
        self.resources().iter().find(|resource| resource["address"] == address)
    }
}
