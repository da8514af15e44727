//! Whether a document fits a type of the model. Requests and our own answers go the same way.

use std::fmt;

use jiff::Timestamp;
use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::{
    document::Document,
    protocol::{Kind, Member, Model, Shape},
};

/// Why a document does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A member that has to be there is not.
    Missing { path: String },
    /// There is no such member.
    Unknown { path: String },
    /// It is of another type.
    WrongType { path: String, wanted: Kind },
    /// Its type is right, but it is too long, too large, or not among what it may be.
    Constraint { path: String, value: String, rule: String },
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(
                formatter,
                "Value null at '{path}' failed to satisfy constraint: Member must not be null"
            ),
            Self::Unknown { path } => write!(formatter, "There is no parameter '{path}'"),
            Self::WrongType { path, wanted } => {
                write!(formatter, "Value at '{path}' is no {}", format!("{wanted:?}").to_lowercase())
            }
            Self::Constraint { path, value, rule } => write!(
                formatter,
                "Value '{value}' at '{path}' failed to satisfy constraint: Member must {rule}"
            ),
        }
    }
}

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// A client's: lengths, ranges and patterns count.
    Request,
    /// A service's: AWS itself answers with empty tags where its model asks for one at least.
    Answer,
}

/// Everything in which a document does not fit a structure.
pub(crate) fn violations(model: &Model, shape: &Shape, document: &Document, side: Side) -> Vec<Violation> {
    let mut found = Vec::new();
    let members = document.members().map(|(name, value)| (name.clone(), value.clone())).collect();
    Check { model, side, found: &mut found }.structure(shape, &members, "");
    found
}

struct Check<'a> {
    model: &'a Model,
    side: Side,
    found: &'a mut Vec<Violation>,
}

impl Check<'_> {
    fn structure(&mut self, shape: &Shape, members: &Map<String, Value>, path: &str) {
        for name in shape.required.iter().filter(|name| !members.contains_key(*name)) {
            self.found.push(Violation::Missing { path: below(path, name) });
        }
        for (name, value) in members {
            match shape.members.get(name) {
                Some(member) => self.value(member, value, &below(path, name)),
                None => self.found.push(Violation::Unknown { path: below(path, name) }),
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Value, path: &str) {
        let shape = self.model.shape_of(member);
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(members)) => self.structure(shape, members, path),
            (Kind::List, Value::Array(values)) => {
                self.size(shape, values.len(), path);
                for (index, value) in values.iter().enumerate() {
                    self.value(shape.element(), value, &below(path, &(index + 1).to_string()));
                }
            }
            (Kind::Map, Value::Object(entries)) => {
                self.size(shape, entries.len(), path);
                let (key, element) = shape.entry();
                for (name, value) in entries {
                    self.value(key, &name.clone().into(), &below(path, name));
                    self.value(element, value, &below(path, name));
                }
            }
            (Kind::String, Value::String(text)) => self.text(shape, text, path),
            (Kind::Integer | Kind::Long, Value::Number(number)) if number.as_i64().is_some() => {
                self.number(shape, number.as_f64().unwrap_or_default(), path);
            }
            (Kind::Float | Kind::Double, Value::Number(number)) => {
                self.number(shape, number.as_f64().unwrap_or_default(), path);
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Blob, Value::String(_)) => {}
            (Kind::Timestamp, Value::String(text)) if text.parse::<Timestamp>().is_ok() => {}
            (wanted, _) => self.found.push(Violation::WrongType { path: path.to_owned(), wanted }),
        }
    }

    fn text(&mut self, shape: &Shape, text: &str, path: &str) {
        if !shape.variants.is_empty() && !shape.variants.iter().any(|variant| variant == text) {
            let rule = format!("satisfy enum value set: [{}]", shape.variants.join(", "));
            self.constraint(path, text, rule);
        }
        if self.side == Side::Answer {
            return;
        }
        let length = text.chars().count() as f64;
        if !is_within(shape, length) {
            let rule = format!("have length {}", bounds(shape));
            self.constraint(path, text, rule);
        }
        // Patterns are Java's; one that is not understood here is not checked.
        let pattern = shape.pattern.as_ref().and_then(|pattern| Regex::new(&format!("^(?:{pattern})$")).ok());
        if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
            let rule = format!(
                "satisfy regular expression pattern: {}",
                shape.pattern.as_deref().unwrap_or_default()
            );
            self.constraint(path, text, rule);
        }
    }

    fn number(&mut self, shape: &Shape, number: f64, path: &str) {
        if self.side == Side::Request && !is_within(shape, number) {
            self.constraint(path, &number.to_string(), format!("have value {}", bounds(shape)));
        }
    }

    fn size(&mut self, shape: &Shape, size: usize, path: &str) {
        let size = size as f64;
        if self.side == Side::Request && !is_within(shape, size) {
            self.constraint(path, &size.to_string(), format!("have length {}", bounds(shape)));
        }
    }

    fn constraint(&mut self, path: &str, value: &str, rule: String) {
        self.found.push(Violation::Constraint { path: path.to_owned(), value: value.to_owned(), rule });
    }
}

fn is_within(shape: &Shape, size: f64) -> bool {
    shape.min.is_none_or(|min| size >= min) && shape.max.is_none_or(|max| size <= max)
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn bounds(shape: &Shape) -> String {
    match (shape.min, shape.max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("greater than or equal to {min}"),
        (None, Some(max)) => format!("less than or equal to {max}"),
        (None, None) => "as it likes".to_owned(),
    }
}
