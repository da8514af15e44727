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

/// In which order an object is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The old one is removed, then the new one is made.
    DeleteFirst,
    /// The new one is made, then the old one is removed.
    CreateFirst,
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
        match actions(change).as_slice() {
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

    /// In which order an object is replaced, if it is.
    #[must_use]
    pub fn replacement(&self, address: &str) -> Option<Order> {
        match actions(self.change(address)?).as_slice() {
            ["delete", "create"] => Some(Order::DeleteFirst),
            ["create", "delete"] => Some(Order::CreateFirst),
            _ => None,
        }
    }

    /// Whether nothing is to happen: neither to objects nor to outputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.happenings().is_empty()
    }

    /// Everything that is to happen, in one line.
    pub(crate) fn outline(&self) -> String {
        let happenings = self.happenings();
        if happenings.is_empty() { "nothing".to_owned() } else { happenings.join(", ") }
    }

    fn happenings(&self) -> Vec<String> {
        let changes = array(&self.json["resource_changes"]).iter();
        let mut all: Vec<String> = changes
            .map(|change| (change["address"].as_str().unwrap_or_default(), actions(&change["change"])))
            .filter(|(_, actions)| actions != &["no-op"])
            .map(|(address, actions)| format!("{address}: {}", actions.join(" ")))
            .collect();
        let outputs = self.json["output_changes"].as_object().into_iter().flatten();
        let outputs: Vec<&str> = outputs
            .filter(|(_, change)| actions(change) != ["no-op"])
            .map(|(name, _)| name.as_str())
            .collect();
        if !outputs.is_empty() {
            all.push(format!("outputs {}", outputs.join(" ")));
        }
        all
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

    /// What is not known yet of the value after: true, or an object or list of such. Null if there is none.
    #[must_use]
    pub fn unknown(&self, address: &str, pointer: &str) -> &Value {
        self.side(address, "after_unknown", pointer)
    }

    /// Whether the value after is not known yet.
    #[must_use]
    pub fn is_unknown(&self, address: &str, pointer: &str) -> bool {
        self.unknown(address, pointer) == &Value::Bool(true)
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

    /// The address that an object had before, if it has another one now.
    #[must_use]
    pub fn moved_from(&self, address: &str) -> Option<&str> {
        let mut changes = array(&self.json["resource_changes"]).iter();
        changes.find(|change| change["address"] == address)?["previous_address"].as_str()
    }

    pub(crate) fn change(&self, address: &str) -> Option<&Value> {
        let changes = array(&self.json["resource_changes"]);
        changes.iter().find(|change| change["address"] == address).map(|change| &change["change"])
    }

    fn side(&self, address: &str, side: &str, pointer: &str) -> &Value {
        self.change(address).and_then(|change| change[side].pointer(pointer)).unwrap_or(&Value::Null)
    }
}

fn actions(change: &Value) -> Vec<&str> {
    array(&change["actions"]).iter().filter_map(Value::as_str).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
