//! Types as they are to be written: what there is between the document and the text.

use crate::imports::Imports;

/// The type of a field or an argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Text,
    Secret,
    Time,
    Integer,
    /// A number of things, which is never large.
    Count,
    Number,
    Flag,
    Json,
    List(Box<Type>),
    Map(Box<Type>),
    Nullable(Box<Type>),
    /// One that is written too.
    Named {
        module: String,
        name: String,
    },
}

impl Type {
    pub(crate) fn nullable(self) -> Self {
        match self {
            // Null is a value like any other.
            Self::Nullable(_) | Self::Json => self,
            _ => Self::Nullable(Box::new(self)),
        }
    }

    /// The type in Rust.
    pub(crate) fn text(&self, imports: &mut Imports) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Secret => {
                imports.add("sparki_core::Secret");
                "Secret<String>".to_owned()
            }
            Self::Time => {
                imports.add("jiff::Timestamp");
                "Timestamp".to_owned()
            }
            Self::Integer => "i64".to_owned(),
            Self::Count => "u32".to_owned(),
            Self::Number => "f64".to_owned(),
            Self::Flag => "bool".to_owned(),
            Self::Json => {
                imports.add("serde_json::Value");
                "Value".to_owned()
            }
            Self::List(item) => format!("Vec<{}>", item.text(imports)),
            Self::Map(value) => {
                imports.add("std::collections::BTreeMap");
                format!("BTreeMap<String, {}>", value.text(imports))
            }
            Self::Nullable(inner) => format!("Option<{}>", inner.text(imports)),
            Self::Named { module, name } => {
                imports.add(&format!("crate::api::{module}::{name}"));
                name.clone()
            }
        }
    }
}

/// A type to be written.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) body: Body,
}

/// What kind of type it is.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// What is answered.
    Answer(Vec<Field>),
    /// What is answered in one of several forms.
    Forms(Vec<Form>),
    /// One of some words.
    Words(Words),
    /// What is sent whole.
    Draft(Draft),
    /// What is sent to change something.
    Patch(Vec<Field>),
    /// What is sent in one of several forms.
    SentForms(Vec<Form>, Reach),
    /// What is sent under one of several names.
    Alternatives(Vec<Field>),
}

/// Who may name a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Everybody,
    /// Only the type of this name.
    Only(String),
}

/// A field, by its name in the contract and in Rust.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
}

/// Whether a field may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// Required even where null stands for nothing, because it tells one form from others.
    Telling,
}

/// One form of several.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) variant: String,
    pub(crate) about: String,
    pub(crate) ty: Type,
}

/// Words to choose from.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) words: Vec<(String, Option<String>)>,
    pub(crate) openness: Openness,
}

/// Whether there may be words that nobody knows yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Openness {
    /// Newer servers may answer others.
    Open,
    /// They are only sent.
    Closed,
}

/// What is sent whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) fields: Vec<DraftField>,
    pub(crate) constructors: Vec<Constructor>,
}

/// A field of what is sent whole.
#[derive(Clone, Debug)]
pub(crate) struct DraftField {
    pub(crate) field: Field,
    pub(crate) way: Way,
}

/// How a field gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Every constructor takes it.
    Argument,
    /// By a setter.
    Setter,
    /// The constructors it belongs to take it; there is none otherwise.
    SomeArguments,
    /// Each constructor has a word for it.
    Fixed,
    /// Every constructor takes it, and it brings its own name.
    Flattened,
}

/// A way to begin.
#[derive(Clone, Debug)]
pub(crate) struct Constructor {
    pub(crate) name: String,
    pub(crate) about: String,
    /// The arguments, each by the field it is for.
    pub(crate) arguments: Vec<Argument>,
    /// The words of the fields that are fixed, by field.
    pub(crate) fixed: Vec<(String, String)>,
}

/// What a constructor takes.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) field: String,
    pub(crate) ty: Type,
    pub(crate) about: String,
}
