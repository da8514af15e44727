//! What a state must hold.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::expected::{Expected, same};
use crate::plan_check::ensure;
use crate::state::State;
use crate::value_path::{ValuePath, at};
use crate::version::Rule;

type Judge = Box<dyn Fn(&State) -> Result<(), String>>;

/// An expectation of a state.
///
/// ```
/// use acceptance::{Expected, StateCheck, at};
///
/// let checks = [
///     StateCheck::known("sparki_project.it", at("id"), Expected::matching("^0")),
///     StateCheck::absent("sparki_project.other"),
/// ];
/// # let _ = checks;
/// ```
pub struct StateCheck {
    judge: Judge,
    /// What the tool must have for it.
    pub(crate) rule: Option<Rule>,
}

/// A value of an object.
#[derive(Clone, Debug)]
pub struct Place {
    address: String,
    path: ValuePath,
}

/// The value of an object at a path.
#[must_use]
pub fn place(address: &str, path: ValuePath) -> Place {
    Place { address: address.to_owned(), path }
}

/// How two values are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are the same, numbers by value.
    Same,
    /// They differ.
    Differs,
}

/// A value that is followed through the steps of a case, each time compared with the time before.
///
/// ```
/// use acceptance::{Followed, Relation, at, place};
///
/// let id = Followed::new(Relation::Same);
/// let after_each_step = id.check(place("sparki_project.it", at("id")));
/// # let _ = after_each_step;
/// ```
#[derive(Clone, Debug)]
pub struct Followed {
    relation: Relation,
    last: Arc<Mutex<Option<Value>>>,
}

impl StateCheck {
    /// A value is as expected.
    #[must_use]
    pub fn known(address: &str, path: ValuePath, expected: impl Into<Expected>) -> Self {
        let (place, expected) = (place(address, path), expected.into());
        Self::holds(move |state| {
            let value = place.find(state)?;
            expected.check(value).map_err(|wrong| format!("{}: {} {wrong}", place.address, place.path))
        })
    }

    /// A value is not shown.
    #[must_use]
    pub fn sensitive(address: &str, path: ValuePath) -> Self {
        let address = address.to_owned();
        Self::holds(move |state| {
            let marks = &object(state, &address)?["sensitive_values"];
            ensure(path.is_marked(marks), || format!("{address}: {path} is shown"))
        })
    }

    /// An object is there.
    #[must_use]
    pub fn present(address: &str) -> Self {
        let address = address.to_owned();
        Self::holds(move |state| object(state, &address).map(|_| ()))
    }

    /// An object is not there.
    #[must_use]
    pub fn absent(address: &str) -> Self {
        let address = address.to_owned();
        Self::holds(move |state| ensure(!state.has(&address), || format!("{address} is in the state")))
    }

    /// An output, or a value inside of it, is as expected.
    #[must_use]
    pub fn output(name: &str, path: ValuePath, expected: impl Into<Expected>) -> Self {
        let (name, expected) = (name.to_owned(), expected.into());
        Self::holds(move |state| {
            let value = path.find(state.output(&name)).map_err(|wrong| format!("output {name}: {wrong}"))?;
            expected.check(value).map_err(|wrong| format!("output {name}: {path} {wrong}"))
        })
    }

    /// Two values are to each other as expected.
    #[must_use]
    pub fn pair(one: Place, other: Place, relation: Relation) -> Self {
        Self::holds(move |state| relation.check(one.find(state)?, other.find(state)?))
    }

    /// A value inside of each element of a collection is to another value as expected: of one of the elements the
    /// same, or of all of them different.
    #[must_use]
    pub fn collection(elements: Place, within: ValuePath, other: Place, relation: Relation) -> Self {
        Self::holds(move |state| {
            let collection = elements.find(state)?;
            let all: Vec<&Value> = match collection {
                Value::Array(elements) => elements.iter().collect(),
                Value::Object(members) => members.values().collect(),
                _ => return Err(format!("{}: {} is {collection}", elements.address, elements.path)),
            };
            let wanted = other.find(state)?;
            let values = all.into_iter().map(|it| within.find(it)).collect::<Result<Vec<_>, _>>()?;
            let found = values.iter().any(|value| same(value, wanted));
            ensure(found == (relation == Relation::Same), || {
                let does = if found { "has" } else { "has no" };
                format!("{}: {} {does} element with {wanted}: {collection}", elements.address, elements.path)
            })
        })
    }

    /// The identity of an object has exactly these attributes. Skipped with a reason where the tool has no identities.
    #[must_use]
    pub fn identity<'a>(address: &str, expected: impl IntoIterator<Item = (&'a str, Expected)>) -> Self {
        let (address, expected) = (address.to_owned(), Expected::object(expected));
        Self::identified(move |state| {
            let identity = &object(state, &address)?["identity"];
            expected.check(identity).map_err(|wrong| format!("{address}: the identity {wrong}"))
        })
    }

    /// One attribute of the identity of an object is as expected. Skipped as [`StateCheck::identity`] is.
    #[must_use]
    pub fn identity_value(address: &str, name: &str, expected: impl Into<Expected>) -> Self {
        let (address, path, expected) = (address.to_owned(), at(name), expected.into());
        Self::identified(move |state| {
            let value = path.find(&object(state, &address)?["identity"])?;
            expected.check(value).map_err(|wrong| format!("{address}: identity {path} {wrong}"))
        })
    }

    /// One attribute of the identity of an object is what the object has at a path. Skipped as
    /// [`StateCheck::identity`] is.
    #[must_use]
    pub fn identity_matches(address: &str, name: &str, path: ValuePath) -> Self {
        let (place, name) = (place(address, path), at(name));
        Self::identified(move |state| {
            let identity = name.find(&object(state, &place.address)?["identity"])?;
            Relation::Same.check(identity, place.find(state)?)
        })
    }

    /// Whatever a function finds right.
    #[must_use]
    pub fn holds(judge: impl Fn(&State) -> Result<(), String> + 'static) -> Self {
        Self { judge: Box::new(judge), rule: None }
    }

    fn identified(judge: impl Fn(&State) -> Result<(), String> + 'static) -> Self {
        Self { rule: Some(Rule::IDENTITY), ..Self::holds(judge) }
    }

    /// Checks a state.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, state: &State) -> Result<(), String> {
        (self.judge)(state)
    }
}

impl Place {
    fn find<'a>(&self, state: &'a State) -> Result<&'a Value, String> {
        let values = &object(state, &self.address)?["values"];
        self.path.find(values).map_err(|wrong| format!("{}: {wrong}", self.address))
    }
}

impl Relation {
    fn check(self, one: &Value, other: &Value) -> Result<(), String> {
        match (self, same(one, other)) {
            (Self::Same, true) | (Self::Differs, false) => Ok(()),
            (Self::Same, false) => Err(format!("{one} is not the same as {other}")),
            (Self::Differs, true) => Err(format!("both are {one}")),
        }
    }
}

impl Followed {
    /// Nothing was seen yet.
    #[must_use]
    pub fn new(relation: Relation) -> Self {
        Self { relation, last: Arc::default() }
    }

    /// Compares the value with that of the time before.
    #[must_use]
    pub fn check(&self, place: Place) -> StateCheck {
        let followed = self.clone();
        StateCheck::holds(move |state| {
            let value = place.find(state)?;
            let mut last = followed.last.lock().unwrap_or_else(PoisonError::into_inner);
            let before = last.replace(value.clone());
            before.map_or(Ok(()), |before| {
                let wrong = |wrong| format!("{}: {}, before and now: {wrong}", place.address, place.path);
                followed.relation.check(&before, value).map_err(wrong)
            })
        })
    }
}

fn object<'a>(state: &'a State, address: &str) -> Result<&'a Value, String> {
    state.resource(address).ok_or_else(|| {
        let all = state.resources();
        let there: Vec<&str> = all.iter().filter_map(|it| it["address"].as_str()).collect();
        format!("{address} is not in the state: {}", there.join(", "))
    })
}

#[cfg(test)]
mod tests;
