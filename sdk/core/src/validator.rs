//! Checks on configured values.

use crate::{Dynamic, Number};

/// A check on one configured value. Null and unknown values pass every check.
#[derive(Clone, Debug)]
pub enum Validator {
    /// Text of so many characters, or a collection of so many elements.
    Length {
        /// Fewest allowed.
        min: usize,
        /// Most allowed, if there is a limit.
        max: Option<usize>,
    },
    /// A number between two others, both allowed.
    Range {
        /// Smallest allowed, if there is a limit.
        min: Option<i64>,
        /// Largest allowed, if there is a limit.
        max: Option<i64>,
    },
    /// Text that matches a regular expression.
    Pattern {
        /// The expression.
        pattern: &'static str,
        /// What it asks for, to follow "must": "start with a letter".
        must: &'static str,
    },
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// No element occurs twice.
    Unique,
    /// Every element of the collection passes a check.
    Each(Box<Validator>),
    /// Every key of the map passes a check.
    Keys(Box<Validator>),
    /// A function of the value; the error follows the attribute's name: "must end with a dot".
    Custom(fn(&Dynamic) -> Result<(), String>),
}

impl Validator {
    /// Checks a value.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence whose subject is the attribute: "must be one of a, b".
    pub fn check(&self, value: &Dynamic) -> Result<(), String> {
        if value.is_null() || value.is_unknown() {
            return Ok(());
        }
        match self {
            Self::Length { min, max } => check_length(value, *min, *max),
            Self::Range { min, max } => check_range(value, *min, *max),
            Self::Pattern { pattern, must } => {
                let expression =
                    regex_lite::Regex::new(pattern).expect("patterns of schemas are tested to compile");
                let fits = value.as_str().is_none_or(|text| expression.is_match(text));
                if fits { Ok(()) } else { Err(format!("must {must}")) }
            }
            Self::OneOf(choices) => match value.as_str() {
                Some(text) if !choices.contains(&text) => {
                    Err(format!("must be one of {}", choices.join(", ")))
                }
                Some(_) | None => Ok(()),
            },
            Self::Unique => {
                let Dynamic::List(elements) = value else { return Ok(()) };
                let mut seen = std::collections::BTreeSet::new();
                let repeated =
                    elements.iter().find(|element| element.is_wholly_known() && !seen.insert(*element));
                match repeated {
                    Some(Dynamic::String(text)) => Err(format!("must not name {text:?} twice")),
                    Some(_) => Err("must not have the same element twice".into()),
                    None => Ok(()),
                }
            }
            Self::Each(check) => match value {
                Dynamic::List(elements) => elements.iter().try_for_each(|element| check.check(element)),
                Dynamic::Set(elements) => elements.iter().try_for_each(|element| check.check(element)),
                Dynamic::Map(members) => members.values().try_for_each(|element| check.check(element)),
                Dynamic::Null
                | Dynamic::Unknown(_)
                | Dynamic::Bool(_)
                | Dynamic::Number(_)
                | Dynamic::String(_)
                | Dynamic::Object(_)
                | Dynamic::Typed(..) => Ok(()),
            }
            .map_err(|problem| format!("has an element that {problem}")),
            Self::Keys(check) => {
                value.members().into_iter().flat_map(|members| members.keys()).try_for_each(|key| {
                    check
                        .check(&Dynamic::String(key.clone()))
                        .map_err(|problem| format!("has the key {key:?}, which {problem}"))
                })
            }
            Self::Custom(check) => check(value),
        }
    }
}

fn check_length(value: &Dynamic, min: usize, max: Option<usize>) -> Result<(), String> {
    let (length, unit) = match value {
        Dynamic::String(text) => (text.chars().count(), "character"),
        Dynamic::List(elements) => (elements.len(), "element"),
        Dynamic::Set(elements) => (elements.len(), "element"),
        Dynamic::Map(members) => (members.len(), "element"),
        Dynamic::Null
        | Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::Object(_)
        | Dynamic::Typed(..) => return Ok(()),
    };
    if length >= min && max.is_none_or(|max| length <= max) {
        return Ok(());
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    Err(match max {
        Some(max) if max == min => format!("must have exactly {min} {unit}{}, but has {length}", plural(min)),
        Some(max) => format!("must have {min} to {max} {unit}s, but has {length}"),
        None => format!("must have at least {min} {unit}{}, but has {length}", plural(min)),
    })
}

fn check_range(value: &Dynamic, min: Option<i64>, max: Option<i64>) -> Result<(), String> {
    let Dynamic::Number(number) = value else { return Ok(()) };
    let above = min.is_none_or(|min| *number >= Number::from(min));
    let below = max.is_none_or(|max| *number <= Number::from(max));
    if above && below {
        return Ok(());
    }
    Err(match (min, max) {
        (Some(min), Some(max)) => format!("must be between {min} and {max}"),
        (Some(min), None) => format!("must be {min} or more"),
        (None, Some(max)) => format!("must be {max} or less"),
        (None, None) => "must be a number".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(validator: &Validator, value: impl Into<Dynamic>) -> String {
        validator.check(&value.into()).err().unwrap_or_default()
    }

    #[test]
    fn each_check_says_what_is_allowed() {
        let length = Validator::Length { min: 1, max: Some(3) };
        assert_eq!(check(&length, "äöü"), "");
        assert_eq!(check(&length, ""), "must have 1 to 3 characters, but has 0");
        let range = Validator::Range { min: Some(0), max: Some(5) };
        assert_eq!(check(&range, 5), "");
        assert_eq!(check(&range, 6), "must be between 0 and 5");
        assert_eq!(check(&Validator::OneOf(&["a", "b"]), "c"), "must be one of a, b");
        let pattern = Validator::Pattern { pattern: "^[a-z]+$", must: "be lower case" };
        assert_eq!(check(&pattern, "A"), "must be lower case");
    }

    #[test]
    fn elements_and_keys_are_checked_each() {
        let each = Validator::Each(Box::new(Validator::OneOf(&["a"])));
        assert_eq!(
            check(&each, Dynamic::set(vec!["a".into(), "b".into()])),
            "has an element that must be one of a"
        );
        let unique = Validator::Unique;
        assert_eq!(check(&unique, Dynamic::List(vec!["a".into(), "a".into()])), "must not name \"a\" twice");
    }

    #[test]
    fn what_is_not_known_passes() {
        assert_eq!(check(&Validator::OneOf(&["a"]), Dynamic::unknown()), "");
        assert_eq!(check(&Validator::Length { min: 1, max: None }, Dynamic::Null), "");
    }
}
