//! Types of dynamic values, as Terraform's type system has them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// The type of a [`crate::Dynamic`] value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// A number of any size.
    Number,
    /// Text in Unicode normal form C.
    String,
    /// Any type, carried beside the value.
    Any,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Distinct elements of one type, without order.
    Set(Box<Type>),
    /// Elements of one type by name.
    Map(Box<Type>),
    /// Attributes by name, each of its own type.
    Object(BTreeMap<String, Type>),
    /// Elements in order, each of its own type.
    Tuple(Vec<Type>),
}

/// The text is not a type constraint in Terraform's JSON form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a type constraint: {0}")]
pub struct NotAType(String);

impl Type {
    /// A list of this type.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// A set of this type.
    #[must_use]
    pub fn set(self) -> Self {
        Self::Set(Box::new(self))
    }

    /// A map of this type.
    #[must_use]
    pub fn map(self) -> Self {
        Self::Map(Box::new(self))
    }

    /// The constraint in the JSON form that the plugin protocol and state files use.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Any => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Object(attributes) => {
                let members: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", members])
            }
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
        }
    }

    /// Reads the JSON form; the optional third member of an object constraint is accepted and ignored.
    ///
    /// # Errors
    /// [`NotAType`] if the JSON is not a constraint, or is nested deeper than 64 levels.
    pub fn from_json(json: &Json) -> Result<Self, NotAType> {
        Self::from_json_within(json, 64)
    }

    fn from_json_within(json: &Json, depth: usize) -> Result<Self, NotAType> {
        let refuse = || NotAType(json.to_string().chars().take(80).collect());
        let depth = depth.checked_sub(1).ok_or_else(refuse)?;
        match json {
            Json::String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Any),
                _ => Err(refuse()),
            },
            Json::Array(parts) => match (parts.first().and_then(Json::as_str), parts.get(1)) {
                (Some("list"), Some(element)) => Ok(Self::from_json_within(element, depth)?.list()),
                (Some("set"), Some(element)) => Ok(Self::from_json_within(element, depth)?.set()),
                (Some("map"), Some(element)) => Ok(Self::from_json_within(element, depth)?.map()),
                (Some("object"), Some(Json::Object(members))) => members
                    .iter()
                    .map(|(name, ty)| Ok((name.clone(), Self::from_json_within(ty, depth)?)))
                    .collect::<Result<_, _>>()
                    .map(Self::Object),
                (Some("tuple"), Some(Json::Array(elements))) => elements
                    .iter()
                    .map(|ty| Self::from_json_within(ty, depth))
                    .collect::<Result<_, _>>()
                    .map(Self::Tuple),
                _ => Err(refuse()),
            },
            _ => Err(refuse()),
        }
    }

    /// The name used in messages to practitioners: "string", "list of string", "object".
    #[must_use]
    pub fn friendly_name(&self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::Any => "any type".into(),
            Self::List(element) => format!("list of {}", element.friendly_name()),
            Self::Set(element) => format!("set of {}", element.friendly_name()),
            Self::Map(element) => format!("map of {}", element.friendly_name()),
            Self::Object(_) => "object".into(),
            Self::Tuple(_) => "tuple".into(),
        }
    }

    /// The name with its article: "a string", "an object".
    pub(crate) fn with_article(&self) -> String {
        match self {
            Self::Object(_) => "an object".into(),
            Self::Any => self.friendly_name(),
            Self::Bool
            | Self::Number
            | Self::String
            | Self::List(_)
            | Self::Set(_)
            | Self::Map(_)
            | Self::Tuple(_) => format!("a {}", self.friendly_name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_round_trips() {
        let ty = Type::Object(BTreeMap::from([
            ("names".into(), Type::String.set()),
            ("ports".into(), Type::Tuple(vec![Type::Number, Type::Bool])),
            ("extra".into(), Type::Any.map().list()),
        ]));
        assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn names_have_the_right_article() {
        let object = Type::Object(BTreeMap::new());
        assert_eq!(object.with_article(), "an object");
        assert_eq!(object.list().with_article(), "a list of object");
    }

    #[test]
    fn deep_or_wrong_json_is_refused() {
        let mut deep = json!("string");
        for _ in 0..100 {
            deep = json!(["list", deep]);
        }
        assert!(Type::from_json(&deep).is_err());
        assert!(Type::from_json(&json!(["set"])).is_err());
        assert!(Type::from_json(&json!("text")).is_err());
    }
}
