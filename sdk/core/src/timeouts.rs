//! How long operations may take.

use std::time::Duration;

use crate::{
    Attribute, DecodeError, DurationText, Dynamic, Field, Kind, Nesting, ObjectSchema, Path, Value,
    parse_duration,
};

/// An operation on a remote object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is made.
    Create,
    /// It is looked at.
    Read,
    /// It is changed in place.
    Update,
    /// It is removed.
    Delete,
}

/// How long each operation may take where the practitioner does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultTimeouts {
    /// Limit for making the object.
    pub create: Duration,
    /// Limit for looking at the object.
    pub read: Duration,
    /// Limit for changing the object.
    pub update: Duration,
    /// Limit for removing the object.
    pub delete: Duration,
}

impl DefaultTimeouts {
    /// Limits in minutes, for create, read, update and delete.
    #[must_use]
    pub const fn minutes(create: u64, read: u64, update: u64, delete: u64) -> Self {
        Self {
            create: Duration::from_secs(create * 60),
            read: Duration::from_secs(read * 60),
            update: Duration::from_secs(update * 60),
            delete: Duration::from_secs(delete * 60),
        }
    }

    /// The limit of an operation on the object with this configuration or state: what its attribute `timeouts` says,
    /// else the default.
    #[must_use]
    pub fn limit(&self, operation: Operation, object: &Dynamic) -> Duration {
        let timeouts = object.attribute("timeouts");
        let (name, default) = match operation {
            Operation::Create => ("create", self.create),
            Operation::Read => ("read", self.read),
            Operation::Update => ("update", self.update),
            Operation::Delete => ("delete", self.delete),
        };
        timeouts.attribute(name).as_str().and_then(|text| parse_duration(text).ok()).unwrap_or(default)
    }
}

/// The attribute `timeouts` that every resource has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timeouts {
    /// Limit for making the object.
    pub create: Value<DurationText>,
    /// Limit for looking at the object.
    pub read: Value<DurationText>,
    /// Limit for changing the object.
    pub update: Value<DurationText>,
    /// Limit for removing the object.
    pub delete: Value<DurationText>,
}

impl Field for Timeouts {
    fn kind() -> Kind {
        let attribute = |name, description| Attribute {
            validators: DurationText::validators(),
            equivalent: DurationText::equivalent(),
            ..Attribute::new(name, description, DurationText::kind())
        };
        let attributes = vec![
            attribute("create", "How long making the object may take, such as `30m`."),
            attribute("read", "How long looking at the object may take, such as `5m`."),
            attribute("update", "How long changing the object may take, such as `30m`."),
            attribute("delete", "How long removing the object may take, such as `30m`."),
        ];
        Kind::Nested(Nesting::Single, ObjectSchema { attributes, rules: Vec::new() })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::object([
            ("create", self.create.encode()),
            ("read", self.read.encode()),
            ("update", self.update.encode()),
            ("delete", self.delete.encode()),
        ])
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        let limit = |name| Value::decode(value.attribute(name), &path.then(name));
        Ok(Some(Self {
            create: limit("create")?,
            read: limit("read")?,
            update: limit("update")?,
            delete: limit("delete")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_practitioner_overrides_the_default() {
        let defaults = DefaultTimeouts::minutes(10, 1, 10, 10);
        let object = Dynamic::object([("timeouts", Dynamic::object([("create", Dynamic::from("90s"))]))]);
        assert_eq!(defaults.limit(Operation::Create, &object), Duration::from_secs(90));
        assert_eq!(defaults.limit(Operation::Delete, &object), Duration::from_secs(600));
    }
}
