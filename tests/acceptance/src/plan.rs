//! What a plan says.

use serde_json::Value;

/// What is to happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is not in the plan.
    Absent,
    /// Nothing.
    NoOp,
    /// It is made.
    Create,
    /// It is read.
    Read,
    /// It is changed in place.
    Update,
    /// It is removed.
    Delete,
    /// It is removed and made again.
    Replace,
    /// It is forgotten, not removed.
    Forget,
}

/// A plan, as `show -json` prints it.
#[derive(Clone, Debug)]
pub struct Plan {
    json: Value,
}

impl Plan {
    pub(crate) fn new(json: Value) -> Self {
        Self { json }
    }

    /// All of it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// What is to happen to an object.
    ///
    /// # Panics
    /// When Terraform knows an action that this does not.
    #[must_use]
    pub fn action(&self, address: &str) -> Action {
        let Some(change) = self.change(address) else { return Action::Absent };
        let actions: Vec<&str> = array(&change["actions"]).iter().filter_map(Value::as_str).collect();
        match actions.as_slice() {
            ["no-op"] => Action::NoOp,
            ["create"] => Action::Create,
            ["read"] => Action::Read,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["delete", "create"] | ["create", "delete"] => Action::Replace,
            ["forget"] => Action::Forget,
            other => panic!("{address}: {other:?} is no action that is known"),
        }
    }

    /// The addresses that something is to happen to.
    #[must_use]
    pub fn changing(&self) -> Vec<&str> {
        let changes = array(&self.json["resource_changes"]).iter();
        changes
            .filter_map(|change| change["address"].as_str())
            .filter(|address| !matches!(self.action(address), Action::NoOp | Action::Absent))
            .collect()
    }

    /// The value before, at a JSON pointer: `/name`. Null if there is none.
    #[must_use]
    pub fn before(&self, address: &str, pointer: &str) -> &Value {
        self.side(address, "before", pointer)
    }

    /// The value after, at a JSON pointer. Null if there is none, or if it is not known yet.
    #[must_use]
    pub fn after(&self, address: &str, pointer: &str) -> &Value {
        self.side(address, "after", pointer)
    }

    /// Whether the value after is not known yet.
    #[must_use]
    pub fn is_unknown(&self, address: &str, pointer: &str) -> bool {
        self.side(address, "after_unknown", pointer) == &Value::Bool(true)
    }

    /// Whether the value after is not shown.
    #[must_use]
    pub fn is_sensitive(&self, address: &str, pointer: &str) -> bool {
        self.side(address, "after_sensitive", pointer) == &Value::Bool(true)
    }

    /// Whether an attribute is to change, or may.
    #[must_use]
    pub fn changes(&self, address: &str, pointer: &str) -> bool {
        self.before(address, pointer) != self.after(address, pointer) || self.is_unknown(address, pointer)
    }

    /// The attributes because of which an object is replaced.
    #[must_use]
    pub fn replaced_by(&self, address: &str) -> Vec<String> {
        let Some(change) = self.change(address) else { return Vec::new() };
        let path = |path: &Value| {
            let steps =
                array(path).iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
            steps.collect::<Vec<_>>().join(".")
        };
        array(&change["replace_paths"]).iter().map(path).collect()
    }

    /// Whether an object is to be imported.
    #[must_use]
    pub fn imports(&self, address: &str) -> bool {
        self.change(address).is_some_and(|change| change.get("importing").is_some_and(|what| !what.is_null()))
    }

    fn change(&self, address: &str) -> Option<&Value> {
        let changes = array(&self.json["resource_changes"]);
        changes.iter().find(|change| change["address"] == address).map(|change| &change["change"])
    }

    fn side(&self, address: &str, side: &str, pointer: &str) -> &Value {
        self.change(address).and_then(|change| change[side].pointer(pointer)).unwrap_or(&Value::Null)
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
