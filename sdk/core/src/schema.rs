//! What a resource, data source or provider configuration looks like.

use std::collections::BTreeMap;

use crate::{Dynamic, Model, Refinement, Type, Validator};

/// The definition of one resource type, data source or provider configuration.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Counts incompatible changes to the stored state, from zero.
    pub version: i64,
    /// What the type is, as Markdown, for the reference page.
    pub description: &'static str,
    /// Why the type should no longer be used and what to use instead.
    pub deprecation: Option<&'static str>,
    /// Attributes and the rules between them.
    pub object: ObjectSchema,
}

/// The attributes of an object and the rules between them.
#[derive(Clone, Debug, Default)]
pub struct ObjectSchema {
    /// The attributes, in the order in which the model declares them.
    pub attributes: Vec<Attribute>,
    /// Rules between attributes of this object.
    pub rules: Vec<Rule>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Name in configuration and state.
    pub name: &'static str,
    /// What it is, its unit and its limits, as Markdown.
    pub description: &'static str,
    /// Its type, or the attributes inside it.
    pub kind: Kind,
    /// Who sets it.
    pub mode: Mode,
    /// Whether the value is hidden in output.
    pub sensitive: bool,
    /// Whether the value is read from configuration only and never stored.
    pub write_only: bool,
    /// Whether the remote knows nothing of it: the value only steers the provider (timeouts, deletion behaviour).
    pub local: bool,
    /// Whether the remote does not tell it: the state has what was sent last, which nobody knows of an object that is only
    /// looked at (the version of a write-only value).
    pub unread: bool,
    /// Whether others may add entries to the map at any time (tags). What they add during an operation is no part of its result, and
    /// shows at the next refresh.
    pub shared: bool,
    /// Whether nested objects are written as blocks, `rule { ... }`, and not as the value of an attribute. A block that is
    /// not there is empty, and never null, unless there is at most one of it.
    pub block: bool,
    /// Why it should no longer be used and what to use instead.
    pub deprecation: Option<&'static str>,
    /// The value where configuration has none.
    pub default: Option<fn() -> Dynamic>,
    /// Whether a change of the value needs a new remote object.
    pub replace: Replace,
    /// What an update plans for a computed value that configuration does not set.
    pub unset: Unset,
    /// What is known about the value before it is known.
    pub refinement: Refinement,
    /// Checks on the configured value.
    pub validators: Vec<Validator>,
    /// Whether two different values mean the same.
    pub equivalent: Option<Equivalence>,
}

/// Tells whether two different known values of an attribute mean the same.
pub type Equivalence = fn(&Dynamic, &Dynamic) -> bool;

/// Type of an attribute, or what is inside it.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of a type.
    Plain(Type),
    /// Objects with attributes of their own.
    Nested(Nesting, ObjectSchema),
}

/// How nested objects are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// In order.
    List,
    /// Without order or duplicates.
    Set,
    /// By name.
    Map,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Configuration must.
    Required,
    /// Configuration may; otherwise it is null or its default.
    Optional,
    /// The remote does.
    Computed,
    /// Configuration may; otherwise the remote does.
    OptionalComputed,
}

/// When a change of an attribute needs a new remote object.
#[derive(Clone, Copy, Debug)]
pub enum Replace {
    /// Never: the remote object is updated in place.
    Never,
    /// Always.
    Always,
    /// Only if configuration sets the attribute.
    IfConfigured,
    /// If the function says so, given the prior and the planned value.
    If(fn(prior: &Dynamic, planned: &Dynamic) -> bool),
}

/// What an update plans for a computed attribute that configuration does not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// It becomes unknown when anything else changes.
    Recompute,
    /// It stays as it is in state, null included.
    KeepState,
    /// It stays as it is in state, unless it is null there.
    KeepNonNullState,
    /// It stays as it is in state, unless one of these sibling attributes changes.
    KeepUnless(&'static [&'static str]),
}

/// A rule between attributes of one object. Unknown values satisfy every rule until they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One and only one is set.
    ExactlyOneOf(&'static [&'static str]),
    /// One or more are set.
    AtLeastOneOf(&'static [&'static str]),
    /// No two are set.
    Conflicting(&'static [&'static str]),
    /// All are set or none is.
    RequiredTogether(&'static [&'static str]),
    /// If the first is set, the others are.
    Requires(&'static [&'static str]),
    /// The first is better not set, but the second, which is never stored. A warning where the host can do that.
    PreferWriteOnly(&'static [&'static str; 2]),
}

impl Rule {
    /// The attributes that the rule is about.
    #[must_use]
    pub fn attributes(&self) -> &'static [&'static str] {
        match self {
            Self::ExactlyOneOf(names)
            | Self::AtLeastOneOf(names)
            | Self::Conflicting(names)
            | Self::RequiredTogether(names)
            | Self::Requires(names) => names,
            Self::PreferWriteOnly(names) => *names,
        }
    }
}

impl Schema {
    /// The definition of a type whose model is `M`.
    #[must_use]
    pub fn of<M: Model>(version: i64, deprecation: Option<&'static str>) -> Self {
        Self { version, description: M::DESCRIPTION, deprecation, object: M::schema() }
    }
}

impl Attribute {
    /// An optional attribute without any special behaviour.
    #[must_use]
    pub fn new(name: &'static str, description: &'static str, kind: Kind) -> Self {
        Self {
            name,
            description,
            kind,
            mode: Mode::Optional,
            sensitive: false,
            write_only: false,
            local: false,
            unread: false,
            shared: false,
            block: false,
            deprecation: None,
            default: None,
            replace: Replace::Never,
            unset: Unset::Recompute,
            refinement: Refinement::default(),
            validators: Vec::new(),
            equivalent: None,
        }
    }

    /// Whether the provider may set a value where configuration has none.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed) || self.default.is_some()
    }

    /// Whether configuration may set the attribute.
    #[must_use]
    pub fn is_configurable(&self) -> bool {
        self.mode != Mode::Computed
    }
}

impl Kind {
    /// The type of values of this kind.
    #[must_use]
    pub fn ty(&self) -> Type {
        match self {
            Self::Plain(ty) => ty.clone(),
            Self::Nested(Nesting::Single, object) => object.ty(),
            Self::Nested(Nesting::List, object) => object.ty().list(),
            Self::Nested(Nesting::Set, object) => object.ty().set(),
            Self::Nested(Nesting::Map, object) => object.ty().map(),
        }
    }
}

impl ObjectSchema {
    /// The object type of values with these attributes.
    #[must_use]
    pub fn ty(&self) -> Type {
        let attributes =
            self.attributes.iter().map(|attribute| (attribute.name.to_owned(), attribute.kind.ty()));
        Type::Object(attributes.collect::<BTreeMap<_, _>>())
    }

    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}
