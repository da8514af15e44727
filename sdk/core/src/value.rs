//! Values without a compile-time type: what the planner and the wire work on.

use std::collections::BTreeMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::{Number, Path, Step, Type};

/// A value of any type, known, null or not yet known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dynamic {
    /// No value.
    #[default]
    Null,
    /// A value that is not known before apply, with what is known about it already.
    Unknown(Box<Refinement>),
    /// True or false.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// Text. Build it with [`Dynamic::string`], which normalises to Unicode form C as Terraform does.
    String(String),
    /// A list or a tuple.
    List(Vec<Dynamic>),
    /// A set.
    Set(Elements),
    /// A map.
    Map(BTreeMap<String, Dynamic>),
    /// An object with all of its attributes.
    Object(BTreeMap<String, Dynamic>),
    /// A value whose type travels with it.
    Typed(Box<Type>, Box<Dynamic>),
}

/// The elements of a set: sorted, wholly known duplicates merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elements(Vec<Dynamic>);

/// What is known about a value that is itself unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refinement {
    /// The value will not be null.
    pub not_null: bool,
    /// The text will start with this.
    pub prefix: Option<String>,
    /// The number will not be below this.
    pub lower: Option<Bound>,
    /// The number will not be above this.
    pub upper: Option<Bound>,
    /// The collection will have at least so many elements.
    pub length_min: Option<u64>,
    /// The collection will have at most so many elements.
    pub length_max: Option<u64>,
}

/// One end of the range of an unknown number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bound {
    /// The number at this end.
    pub number: Number,
    /// Whether the number itself is within the range.
    pub inclusive: bool,
}

impl Elements {
    /// A set of the given elements.
    #[must_use]
    pub fn new(mut elements: Vec<Dynamic>) -> Self {
        // Mostly they are in order but for a few, which this sort takes advantage of.
        elements.sort();
        // Two unknown values may turn out different, so only what is wholly known is merged.
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self(elements)
    }

    /// The elements in order of their values.
    pub fn iter(&self) -> std::slice::Iter<'_, Dynamic> {
        self.0.iter()
    }

    /// Whether this very value is among the elements. Takes logarithmic time.
    #[must_use]
    pub fn contains(&self, value: &Dynamic) -> bool {
        self.0.binary_search(value).is_ok()
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements as a list.
    #[must_use]
    pub fn into_vec(self) -> Vec<Dynamic> {
        self.0
    }
}

impl<'a> IntoIterator for &'a Elements {
    type Item = &'a Dynamic;
    type IntoIter = std::slice::Iter<'a, Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Refinement {
    /// A value that will not be null.
    #[must_use]
    pub fn not_null() -> Self {
        Self { not_null: true, ..Self::default() }
    }

    /// Text that will start with `prefix`, and so is not null either.
    #[must_use]
    pub fn prefix(prefix: &str) -> Self {
        Self { not_null: true, prefix: Some(prefix.to_owned()), ..Self::default() }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a known value keeps every promise made here.
    #[must_use]
    pub fn admits(&self, value: &Dynamic) -> bool {
        match value {
            Dynamic::Null => !self.not_null,
            Dynamic::String(text) => self.prefix.as_deref().is_none_or(|prefix| text.starts_with(prefix)),
            Dynamic::Number(number) => {
                let above = self.lower.as_ref().is_none_or(|bound| {
                    if bound.inclusive { *number >= bound.number } else { *number > bound.number }
                });
                let below = self.upper.as_ref().is_none_or(|bound| {
                    if bound.inclusive { *number <= bound.number } else { *number < bound.number }
                });
                above && below
            }
            Dynamic::List(elements) => self.admits_length(elements.len()),
            Dynamic::Set(elements) => self.admits_length(elements.len()),
            Dynamic::Map(elements) => self.admits_length(elements.len()),
            Dynamic::Unknown(_) | Dynamic::Bool(_) | Dynamic::Object(_) | Dynamic::Typed(..) => true,
        }
    }

    fn admits_length(&self, length: usize) -> bool {
        let length = length as u64;
        self.length_min.is_none_or(|min| length >= min) && self.length_max.is_none_or(|max| length <= max)
    }
}

impl Dynamic {
    /// Text, brought to Unicode normal form C.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        let text = text.into();
        match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => Self::String(text),
            IsNormalized::No | IsNormalized::Maybe => Self::String(text.nfc().collect()),
        }
    }

    /// A set of the given elements.
    #[must_use]
    pub fn set(elements: Vec<Self>) -> Self {
        Self::Set(Elements::new(elements))
    }

    /// An object with the given attributes.
    #[must_use]
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// An unknown value about which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Box::default())
    }

    /// An unknown value about which something is known.
    #[must_use]
    pub fn unknown_but(known: Refinement) -> Self {
        Self::Unknown(Box::new(known))
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself is unknown; parts of a known value may still be.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Typed(_, inner) => inner.is_unknown(),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::List(_)
            | Self::Set(_)
            | Self::Map(_)
            | Self::Object(_) => false,
        }
    }

    /// Whether neither the value nor any part of it is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Set(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(members) | Self::Object(members) => members.values().all(Self::is_wholly_known),
            Self::Typed(_, inner) => inner.is_wholly_known(),
        }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The members of an object or a map.
    #[must_use]
    pub fn members(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Object(members) | Self::Map(members) = self { Some(members) } else { None }
    }

    /// The value of nested attributes with `map` done to each object: to every element of a list, set or map, or to the
    /// value itself.
    #[must_use]
    pub fn map_objects(self, map: impl Fn(Self) -> Self) -> Self {
        match self {
            Self::List(elements) => Self::List(elements.into_iter().map(map).collect()),
            Self::Set(elements) => Self::set(elements.into_vec().into_iter().map(map).collect()),
            Self::Map(members) => {
                Self::Map(members.into_iter().map(|(key, element)| (key, map(element))).collect())
            }
            single => map(single),
        }
    }

    /// An attribute of an object; null if this is no object or lacks it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &Self {
        self.members().and_then(|members| members.get(name)).unwrap_or(&Self::Null)
    }

    /// The value at a path, if every step leads somewhere. A step into a set leads nowhere.
    #[must_use]
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps().iter().try_fold(self, |value, step| match (step, value) {
            (Step::Attribute(name) | Step::Key(name), _) => value.members()?.get(name),
            (Step::Index(index), Self::List(elements)) => elements.get(*index),
            (Step::Index(_) | Step::Element, _) => None,
        })
    }

    /// This value with every unknown part replaced by null.
    #[must_use]
    pub fn without_unknowns(self) -> Self {
        let members = |members: BTreeMap<String, Self>| {
            members.into_iter().map(|(k, v)| (k, v.without_unknowns())).collect()
        };
        match self {
            Self::Unknown(_) => Self::Null,
            Self::List(elements) => Self::List(elements.into_iter().map(Self::without_unknowns).collect()),
            Self::Set(elements) => Self::set(elements.0.into_iter().map(Self::without_unknowns).collect()),
            Self::Map(inner) => Self::Map(members(inner)),
            Self::Object(inner) => Self::Object(members(inner)),
            Self::Typed(_, inner) if inner.is_unknown() => Self::Null,
            Self::Typed(ty, inner) => Self::Typed(ty, Box::new(inner.without_unknowns())),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => self,
        }
    }
}

impl From<&str> for Dynamic {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Dynamic {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Dynamic {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_normalised_as_terraform_does() {
        assert_eq!(Dynamic::string("e\u{301}"), Dynamic::String("\u{e9}".into()));
    }

    #[test]
    fn a_set_merges_known_duplicates_and_keeps_unknowns_apart() {
        let set =
            Elements::new(vec!["b".into(), "a".into(), "b".into(), Dynamic::unknown(), Dynamic::unknown()]);
        assert_eq!(set.len(), 4);
    }

    #[test]
    fn a_refinement_admits_only_what_it_promises() {
        let arn = Refinement::prefix("arn:");
        assert!(arn.admits(&"arn:aws:x".into()));
        assert!(!arn.admits(&"x".into()));
        assert!(!arn.admits(&Dynamic::Null));
    }
}
