//! Models: one Rust struct from which schema, codec and builder come.

use std::ops::Deref;

use crate::{DecodeError, Dynamic, ObjectSchema, Path};

/// The definition of an object as a Rust struct. Derive it with `#[derive(Model)]` from `sparki-derive`.
pub trait Model: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// What the object is, as Markdown: the doc comment of the struct.
    const DESCRIPTION: &'static str;

    /// The attributes and the rules between them.
    fn schema() -> ObjectSchema;

    /// The dynamic form, an object with every attribute.
    fn encode(&self) -> Dynamic;

    /// Reads the dynamic form.
    ///
    /// # Errors
    /// [`DecodeError`] where a value has another type.
    fn decode(value: &Dynamic, path: &Path) -> Result<Self, DecodeError>;
}

/// What a practitioner wrote: values may be unknown, computed ones are null.
#[derive(Clone, Debug, PartialEq)]
pub struct Config<M>(M);

/// What apply is going to do: values are unknown only where the remote decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned<M>(M);

/// What is stored: nothing is unknown, and write-only values are absent.
#[derive(Clone, Debug, PartialEq)]
pub struct State<M>(M);

impl<M> Config<M> {
    /// Configuration as it was written.
    #[must_use]
    pub fn new(model: M) -> Self {
        Self(model)
    }

    /// The model itself.
    #[must_use]
    pub fn into_inner(self) -> M {
        self.0
    }
}

impl<M> Planned<M> {
    /// What planning decided.
    #[must_use]
    pub fn new(model: M) -> Self {
        Self(model)
    }

    /// The model itself.
    #[must_use]
    pub fn into_inner(self) -> M {
        self.0
    }
}

impl<M: Model> State<M> {
    /// The state of a remote object. Values that are unknown or write-only are stored as null, so that neither can
    /// ever be in a state.
    ///
    /// # Panics
    /// If the model cannot read what it wrote, which the derive rules out.
    #[must_use]
    pub fn new(model: M) -> Self {
        let (encoded, schema) = (model.encode(), M::schema());
        if is_storable(&encoded, &schema) {
            return Self(model);
        }
        Self(M::decode(&storable(encoded, &schema), &Path::lost()).expect("a model reads what it wrote"))
    }

    /// The state for a dynamic form and the model that was read from it. `schema` is that of the model.
    pub(crate) fn read(value: &Dynamic, model: M, schema: &ObjectSchema) -> Self {
        if is_storable(value, schema) { Self(model) } else { Self::new(model) }
    }

    /// The state for a model whose dynamic form is known to be storable.
    ///
    /// # Errors
    /// [`DecodeError`] where a value has another type.
    pub fn decode(value: &Dynamic) -> Result<Self, DecodeError> {
        M::decode(value, &Path::root()).map(Self::new)
    }

    /// The dynamic form.
    #[must_use]
    pub fn encode(&self) -> Dynamic {
        self.0.encode()
    }

    /// The model itself.
    #[must_use]
    pub fn into_inner(self) -> M {
        self.0
    }
}

/// Whether nothing in a value has to be left out of a state.
fn is_storable(value: &Dynamic, schema: &ObjectSchema) -> bool {
    fn holds_nothing_write_only(value: &Dynamic, schema: &ObjectSchema) -> bool {
        schema.attributes.iter().all(|attribute| {
            let value = value.attribute(attribute.name);
            if attribute.write_only {
                return value.is_null();
            }
            let crate::Kind::Nested(_, object) = &attribute.kind else { return true };
            match value {
                Dynamic::List(elements) => elements.iter().all(|it| holds_nothing_write_only(it, object)),
                Dynamic::Set(elements) => elements.iter().all(|it| holds_nothing_write_only(it, object)),
                Dynamic::Map(members) => members.values().all(|it| holds_nothing_write_only(it, object)),
                single => holds_nothing_write_only(single, object),
            }
        })
    }
    value.is_wholly_known() && holds_nothing_write_only(value, schema)
}

/// The part of a value that a state may hold: unknown and write-only values become null, at any depth.
#[must_use]
pub fn storable(value: Dynamic, schema: &ObjectSchema) -> Dynamic {
    fn strip(value: Dynamic, schema: &ObjectSchema) -> Dynamic {
        let Dynamic::Object(members) = value else { return value };
        let members = members.into_iter().map(|(name, value)| {
            let value = match schema.attribute(&name) {
                Some(attribute) if attribute.write_only => Dynamic::Null,
                Some(attribute) => strip_kind(value, &attribute.kind),
                None => value,
            };
            (name, value)
        });
        Dynamic::Object(members.collect())
    }
    fn strip_kind(value: Dynamic, kind: &crate::Kind) -> Dynamic {
        let crate::Kind::Nested(_, object) = kind else { return value };
        match value {
            Dynamic::List(elements) => {
                Dynamic::List(elements.into_iter().map(|e| strip(e, object)).collect())
            }
            Dynamic::Set(elements) => {
                Dynamic::set(elements.into_vec().into_iter().map(|e| strip(e, object)).collect())
            }
            Dynamic::Map(members) => {
                Dynamic::Map(members.into_iter().map(|(key, e)| (key, strip(e, object))).collect())
            }
            other => strip(other, object),
        }
    }
    strip(value, schema).without_unknowns()
}

macro_rules! deref {
    ($($phase:ident),*) => {$(
        impl<M> Deref for $phase<M> {
            type Target = M;

            fn deref(&self) -> &M {
                &self.0
            }
        }
    )*};
}

deref!(Config, Planned, State);
