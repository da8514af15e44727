//! Where a value is inside of an object.

use std::fmt;

use serde_json::Value;

/// A way from an object to one of its values: attributes, indices of lists, keys of maps.
///
/// ```
/// use acceptance::at;
///
/// let path = at("stages").index(0).attribute("env").key("GOFLAGS");
/// assert_eq!(path.to_string(), "stages[0].env[\"GOFLAGS\"]");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuePath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Attribute(String),
    Index(usize),
    Key(String),
}

/// The path to an attribute of an object.
#[must_use]
pub fn at(attribute: &str) -> ValuePath {
    ValuePath::root().attribute(attribute)
}

impl ValuePath {
    /// The object itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// An attribute of what the path leads to.
    #[must_use]
    pub fn attribute(self, name: &str) -> Self {
        self.and(Step::Attribute(name.to_owned()))
    }

    /// An element of the list that the path leads to. The elements of a set are in Terraform's order.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.and(Step::Index(index))
    }

    /// An element of the map that the path leads to.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.and(Step::Key(key.to_owned()))
    }

    fn and(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// The path as Terraform writes it: names and indices.
    pub(crate) fn to_json(&self) -> Value {
        let step = |step: &Step| match step {
            Step::Attribute(name) | Step::Key(name) => Value::from(name.as_str()),
            Step::Index(index) => Value::from(*index),
        };
        self.0.iter().map(step).collect()
    }

    /// What the path leads to.
    ///
    /// # Errors
    /// How far it leads, and what is there instead.
    pub fn find<'a>(&self, value: &'a Value) -> Result<&'a Value, String> {
        let mut value = value;
        for (depth, step) in self.0.iter().enumerate() {
            let so_far = Self(self.0[..depth].to_vec());
            value = step.of(value).map_err(|instead| match depth {
                0 => format!("no {self}: the object {instead}"),
                _ => format!("no {self}: {so_far} {instead}"),
            })?;
        }
        Ok(value)
    }

    /// Takes away what the path leads to, if it leads to something.
    pub(crate) fn remove_from(&self, value: &mut Value) {
        let Some((last, steps)) = self.0.split_last() else { return };
        let inner = steps.iter().try_fold(value, |value, step| match step {
            Step::Attribute(name) | Step::Key(name) => value.get_mut(name),
            Step::Index(index) => value.get_mut(index),
        });
        match (last, inner) {
            (Step::Attribute(name) | Step::Key(name), Some(Value::Object(members))) => {
                members.remove(name);
            }
            // The others keep their places.
            (Step::Index(index), Some(Value::Array(elements))) if *index < elements.len() => {
                elements[*index] = Value::Null;
            }
            _ => {}
        }
    }

    /// Whether a tree of marks, as Terraform has them for unknown and sensitive values, marks what the path leads to
    /// or anything that it is in.
    pub(crate) fn is_marked(&self, marks: &Value) -> bool {
        let mut marks = marks;
        for step in &self.0 {
            if marks == &Value::Bool(true) {
                return true;
            }
            match step.of(marks) {
                Ok(inner) => marks = inner,
                Err(_) => return false,
            }
        }
        marks == &Value::Bool(true)
    }

    /// Whether a tree of marks marks anything inside of what the path leads to.
    pub(crate) fn has_marks_inside(&self, marks: &Value) -> bool {
        fn any(marks: &Value) -> bool {
            match marks {
                Value::Bool(marked) => *marked,
                Value::Array(elements) => elements.iter().any(any),
                Value::Object(members) => members.values().any(any),
                Value::Null | Value::Number(_) | Value::String(_) => false,
            }
        }
        self.find(marks).is_ok_and(any)
    }
}

impl Step {
    fn of<'a>(&self, value: &'a Value) -> Result<&'a Value, String> {
        let kind = || match value {
            Value::Null => "is null".to_owned(),
            Value::Array(elements) => format!("has {} elements", elements.len()),
            Value::Object(members) => {
                let names: Vec<&str> = members.keys().map(String::as_str).collect();
                format!("has {}", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") })
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => format!("is {value}"),
        };
        match self {
            Self::Attribute(name) | Self::Key(name) => value.as_object().and_then(|it| it.get(name)),
            Self::Index(index) => value.as_array().and_then(|it| it.get(*index)),
        }
        .ok_or_else(kind)
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if depth == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_missing(path: &ValuePath, expected: &str) {
        let object = json!({"name": "ci", "stages": [{"env": {"CI": "1"}, "steps": null}]});
        assert_eq!(path.find(&object).unwrap_err(), expected);
    }

    #[test]
    fn a_path_that_leads_nowhere_says_how_far_it_got() {
        check_missing(&at("nam"), "no nam: the object has name, stages");
        check_missing(&at("stages").index(3), "no stages[3]: stages has 1 elements");
        check_missing(
            &at("stages").index(0).attribute("env").key("GO"),
            "no stages[0].env[\"GO\"]: stages[0].env has CI",
        );
        check_missing(
            &at("stages").index(0).attribute("steps").index(0),
            "no stages[0].steps[0]: stages[0].steps is null",
        );
        check_missing(&at("name").attribute("x"), "no name.x: name is \"ci\"");
    }

    #[test]
    fn what_is_taken_away_leaves_the_rest() {
        let mut object = json!({"a": [{"b": 1, "c": 2}, 3], "d": 4});
        for path in [at("a").index(0).attribute("b"), at("a").index(1), at("x").attribute("y"), at("d")] {
            path.remove_from(&mut object);
        }
        assert_eq!(object, json!({"a": [{"c": 2}, null]}));
    }

    #[test]
    fn what_is_in_something_marked_is_marked() {
        let marks = json!({"all": true, "some": [false, {"x": true}]});
        assert!(at("all").index(0).attribute("x").is_marked(&marks));
        assert!(at("some").index(1).attribute("x").is_marked(&marks));
        assert!(!at("some").is_marked(&marks) && at("some").has_marks_inside(&marks));
        assert!(!at("other").is_marked(&marks) && !at("other").has_marks_inside(&marks));
    }
}
