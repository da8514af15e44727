//! Typed values of models, and how Rust types map to schema types.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroize;

use crate::{
    Dynamic, Equivalence, Id, Kind, Nesting, Number, Path, Refinement, Secret, Step, Type, Validator,
};

/// The value of an attribute: known, null, or not known before apply.
///
/// There is no default and no dereference: whoever reads a value says what happens in each case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub enum Value<T> {
    /// A value.
    Known(T),
    /// No value.
    Null,
    /// A value that only apply will tell, and what is known about it already.
    Unknown(Box<Refinement>),
}

/// A model could not be read from a dynamic value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", if path.steps().is_empty() { String::new() } else { format!("{path}: ") })]
pub struct DecodeError {
    /// Where.
    pub path: Path,
    /// What is wrong there.
    pub problem: String,
}

/// A Rust type that can be the type of an attribute.
pub trait Field: Sized + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// The schema type.
    fn kind() -> Kind;

    /// Checks that come with the type, such as the choices of an enumeration.
    #[must_use]
    fn validators() -> Vec<Validator> {
        Vec::new()
    }

    /// Whether two different values of the type may mean the same.
    #[must_use]
    fn equivalent() -> Option<Equivalence> {
        None
    }

    /// The dynamic form.
    fn encode(&self) -> Dynamic;

    /// Reads a dynamic value that is neither null nor unknown. `None` says that part of it is unknown in a way this
    /// type cannot hold, as an unknown element in a list of text; the whole then counts as unknown.
    ///
    /// # Errors
    /// [`DecodeError`] where the value has another type.
    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError>;
}

impl<T> Value<T> {
    /// The value, if it is known and not null.
    pub fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// Takes the value out, if it is known and not null.
    pub fn into_known(self) -> Option<T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value is not known yet.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether configuration says something: the value is not null, be it known or not.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.is_null()
    }

    /// A value not known yet, about which nothing is known.
    pub fn unknown() -> Self {
        Self::Unknown(Box::default())
    }

    /// A value not known yet, about which something is known.
    pub fn unknown_but(known: Refinement) -> Self {
        Self::Unknown(Box::new(known))
    }

    /// The same with a borrowed value.
    pub fn as_ref(&self) -> Value<&T> {
        match self {
            Self::Known(value) => Value::Known(value),
            Self::Null => Value::Null,
            Self::Unknown(refinement) => Value::Unknown(refinement.clone()),
        }
    }

    /// Another value made from this one, if it is known.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(convert(value)),
            Self::Null => Value::Null,
            Self::Unknown(refinement) => Value::Unknown(refinement),
        }
    }
}

impl<T: Field> Value<T> {
    /// The dynamic form.
    #[must_use]
    pub fn encode(&self) -> Dynamic {
        match self {
            Self::Known(value) => value.encode(),
            Self::Null => Dynamic::Null,
            Self::Unknown(refinement) => Dynamic::Unknown(refinement.clone()),
        }
    }

    /// Reads a dynamic value.
    ///
    /// # Errors
    /// [`DecodeError`] where the value has another type.
    pub fn decode(value: &Dynamic, path: &Path) -> Result<Self, DecodeError> {
        match value {
            Dynamic::Null => Ok(Self::Null),
            Dynamic::Unknown(refinement) => Ok(Self::Unknown(refinement.clone())),
            known => Ok(T::decode(known, path)?.map_or_else(Self::unknown, Self::Known)),
        }
    }
}

impl<T> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// A type that is written as text, so that a builder takes `"acme"` for it. What the text must look like is for the
/// type's validators to say, when the configuration is checked.
pub trait FromText {
    /// The value that the text stands for.
    fn from_text(text: &str) -> Self;
}

impl<T: FromText> From<&str> for Value<T> {
    fn from(text: &str) -> Self {
        Self::Known(T::from_text(text))
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Self {
        text.to_owned()
    }
}

impl FromText for Secret<String> {
    fn from_text(text: &str) -> Self {
        Self::from(text)
    }
}

impl<T> FromText for Id<T> {
    fn from_text(text: &str) -> Self {
        Self::new(text)
    }
}

impl<T> From<Option<T>> for Value<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

fn mismatch(path: &Path, wanted: &str) -> DecodeError {
    DecodeError { path: path.clone(), problem: format!("a {wanted} is required") }
}

impl Field for String {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        value.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| mismatch(path, "string"))
    }
}

impl Field for bool {
    fn kind() -> Kind {
        Kind::Plain(Type::Bool)
    }

    fn encode(&self) -> Dynamic {
        Dynamic::Bool(*self)
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        if let Dynamic::Bool(value) = value { Ok(Some(*value)) } else { Err(mismatch(path, "bool")) }
    }
}

impl Field for Number {
    fn kind() -> Kind {
        Kind::Plain(Type::Number)
    }

    fn encode(&self) -> Dynamic {
        Dynamic::Number(self.clone())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        if let Dynamic::Number(number) = value {
            Ok(Some(number.clone()))
        } else {
            Err(mismatch(path, "number"))
        }
    }
}

macro_rules! integer_field {
    ($($ty:ty, $min:expr, $max:expr);* $(;)?) => {$(
        impl Field for $ty {
            fn kind() -> Kind {
                Kind::Plain(Type::Number)
            }

            fn validators() -> Vec<Validator> {
                vec![
                    Validator::Custom(|value| match value {
                        Dynamic::Number(number) if !number.is_integer() => Err("must be a whole number".into()),
                        _ => Ok(()),
                    }),
                    Validator::Range { min: Some($min), max: Some($max) },
                ]
            }

            fn encode(&self) -> Dynamic {
                Dynamic::Number(i64::from(*self).into())
            }

            fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
                let Dynamic::Number(number) = value else { return Err(mismatch(path, "number")) };
                let integer = number.to_i64().and_then(|integer| Self::try_from(integer).ok());
                integer.map(Some).ok_or_else(|| DecodeError {
                    path: path.clone(),
                    problem: format!("{number} is not a whole number between {} and {}", $min, $max),
                })
            }
        }
    )*};
}

integer_field! {
    i64, i64::MIN, i64::MAX;
    i32, i64::from(i32::MIN), i64::from(i32::MAX);
    u32, 0, i64::from(u32::MAX);
    u16, 0, i64::from(u16::MAX);
}

impl<T: 'static> Field for Id<T> {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self::new))
    }
}

impl<T: Field + Zeroize> Field for Secret<T> {
    fn kind() -> Kind {
        T::kind()
    }

    fn encode(&self) -> Dynamic {
        self.expose().encode()
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(T::decode(value, path)?.map(Self::new))
    }
}

fn nested(kind: Kind, nesting: Nesting, collect: fn(Type) -> Type) -> Kind {
    match kind {
        Kind::Plain(ty) => Kind::Plain(collect(ty)),
        Kind::Nested(Nesting::Single, object) => Kind::Nested(nesting, object),
        // A collection of collections of objects cannot be nested attributes; it is a plain value of that type.
        Kind::Nested(..) => Kind::Plain(collect(kind.ty())),
    }
}

fn each(validators: Vec<Validator>) -> Vec<Validator> {
    validators.into_iter().map(|validator| Validator::Each(Box::new(validator))).collect()
}

/// Reads one element. An unknown element makes the whole collection unknown; a null one is an error, because the
/// Rust collections have no place for it.
fn element<T: Field>(value: &Dynamic, path: &Path) -> Result<Option<T>, DecodeError> {
    match value {
        Dynamic::Null => Err(DecodeError { path: path.clone(), problem: "elements must not be null".into() }),
        Dynamic::Unknown(_) => Ok(None),
        known => T::decode(known, path),
    }
}

impl<T: Field> Field for Vec<T> {
    fn kind() -> Kind {
        nested(T::kind(), Nesting::List, Type::list)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn encode(&self) -> Dynamic {
        Dynamic::List(self.iter().map(T::encode).collect())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        let Dynamic::List(elements) = value else { return Err(mismatch(path, "list")) };
        elements.iter().enumerate().map(|(index, value)| element(value, &path.index(index))).collect()
    }
}

impl<T: Field + Ord> Field for BTreeSet<T> {
    fn kind() -> Kind {
        nested(T::kind(), Nesting::Set, Type::set)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn encode(&self) -> Dynamic {
        Dynamic::set(self.iter().map(T::encode).collect())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        let Dynamic::Set(elements) = value else { return Err(mismatch(path, "set")) };
        let at = path.step(Step::Element);
        let typed: Option<Self> =
            elements.iter().map(|value| element(value, &at)).collect::<Result<_, _>>()?;
        // Elements with unknown parts may be equal here and turn out different, which this type cannot hold.
        Ok(typed.filter(|typed| typed.len() == elements.len()))
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn kind() -> Kind {
        nested(T::kind(), Nesting::Map, Type::map)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn equivalent() -> Option<Equivalence> {
        T::equivalent().map(|_| same_elements::<T> as Equivalence)
    }

    fn encode(&self) -> Dynamic {
        Dynamic::Map(self.iter().map(|(key, value)| (key.clone(), value.encode())).collect())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        let Dynamic::Map(members) = value else { return Err(mismatch(path, "map")) };
        let read = |(key, value): (&String, _)| {
            Ok(element(value, &path.key(key))?.map(|value| (key.clone(), value)))
        };
        members.iter().map(read).collect()
    }
}

/// Whether two maps have the same keys, and under each of them what means the same.
fn same_elements<T: Field>(a: &Dynamic, b: &Dynamic) -> bool {
    let (Dynamic::Map(a), Dynamic::Map(b), Some(equivalent)) = (a, b, T::equivalent()) else { return false };
    let mut pairs = a.iter().zip(b);
    a.len() == b.len() && pairs.all(|((key, a), (other, b))| key == other && (a == b || equivalent(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_equivalent_if_what_is_in_them_is() {
        let map = |text: &str| Dynamic::Map([("a".to_owned(), text.into())].into());
        let same = BTreeMap::<String, crate::JsonText>::equivalent().unwrap();
        assert!(same(&map("{}"), &map("{ }")));
        assert!(!same(&map("{}"), &map("[]")) && !same(&map("{}"), &Dynamic::Map(BTreeMap::new())));
        assert!(BTreeMap::<String, String>::equivalent().is_none());
    }

    #[test]
    fn an_unknown_element_makes_the_typed_list_unknown() {
        let list = Dynamic::List(vec!["a".into(), Dynamic::unknown()]);
        assert_eq!(Value::<Vec<String>>::decode(&list, &Path::root()), Ok(Value::unknown()));
    }

    #[test]
    fn a_typed_set_never_merges_elements_that_may_turn_out_different() {
        let unknown = || Dynamic::object([("create", Dynamic::unknown())]);
        let decode = |elements| BTreeSet::<crate::Timeouts>::decode(&Dynamic::set(elements), &Path::root());
        assert_eq!(decode(vec![unknown(), unknown()]), Ok(None));
        assert!(decode(vec![unknown()]).is_ok_and(|set| set.is_some()));
    }

    #[test]
    fn a_null_element_is_an_error_that_says_where() {
        let list = Dynamic::List(vec!["a".into(), Dynamic::Null]);
        let error = Value::<Vec<String>>::decode(&list, &Path::attribute("names")).unwrap_err();
        assert_eq!(error.to_string(), "names[1]: elements must not be null");
    }

    #[test]
    fn integers_are_read_exactly_or_refused() {
        let number = |text: &str| Dynamic::Number(text.parse().unwrap());
        assert_eq!(Value::<u16>::decode(&number("80"), &Path::root()), Ok(Value::Known(80)));
        assert!(Value::<u16>::decode(&number("65536"), &Path::root()).is_err());
        assert!(Value::<u16>::decode(&number("1.5"), &Path::root()).is_err());
    }
}
