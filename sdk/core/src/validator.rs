//! Checks on configured values.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

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
    /// None of these texts.
    NoneOf(&'static [&'static str]),
    /// At least one of these checks passes.
    Any(Vec<Validator>),
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
        self.check_as(value, Naming::Shown)
    }

    /// Checks a value that must not be seen: the error names no element and no key.
    ///
    /// # Errors
    /// What is wrong, as for [`Validator::check`].
    pub fn check_hidden(&self, value: &Dynamic) -> Result<(), String> {
        self.check_as(value, Naming::Hidden)
    }

    /// Whether the other check asks for the same kind of thing, so that one message is enough when both fail.
    #[must_use]
    pub fn is_same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Range { .. }, Self::Range { .. }) | (Self::Length { .. }, Self::Length { .. }) => true,
            (Self::Each(one), Self::Each(other)) | (Self::Keys(one), Self::Keys(other)) => {
                one.is_same_kind(other)
            }
            _ => false,
        }
    }

    fn check_as(&self, value: &Dynamic, naming: Naming) -> Result<(), String> {
        if value.is_null() || value.is_unknown() {
            return Ok(());
        }
        match self {
            Self::Length { min, max } => check_length(value, *min, *max),
            Self::Range { min, max } => check_range(value, *min, *max),
            Self::Pattern { pattern, must } => {
                let fits = value.as_str().is_none_or(|text| compiled(pattern).is_match(text));
                if fits { Ok(()) } else { Err(format!("must {must}")) }
            }
            Self::OneOf(choices) => match value.as_str() {
                Some(text) if !choices.contains(&text) => {
                    Err(format!("must be one of {}", choices.join(", ")))
                }
                Some(_) | None => Ok(()),
            },
            Self::NoneOf(choices) => match value.as_str() {
                Some(text) if choices.contains(&text) => {
                    Err(format!("must be none of {}", choices.join(", ")))
                }
                Some(_) | None => Ok(()),
            },
            Self::Any(checks) => {
                let problems: Vec<_> =
                    checks.iter().filter_map(|check| check.check_as(value, naming).err()).collect();
                if problems.len() < checks.len() { Ok(()) } else { Err(problems.join(", or ")) }
            }
            Self::Unique => {
                let Dynamic::List(elements) = value else { return Ok(()) };
                let mut seen = std::collections::BTreeSet::new();
                let repeated =
                    elements.iter().find(|element| element.is_wholly_known() && !seen.insert(*element));
                match repeated {
                    Some(Dynamic::String(text)) if naming == Naming::Shown => {
                        Err(format!("must not name {text:?} twice"))
                    }
                    Some(_) => Err("must not have the same element twice".into()),
                    None => Ok(()),
                }
            }
            Self::Each(check) => match value {
                Dynamic::List(elements) => {
                    elements.iter().try_for_each(|element| check_element(check, element, naming))
                }
                Dynamic::Set(elements) => {
                    elements.iter().try_for_each(|element| check_element(check, element, naming))
                }
                Dynamic::Map(members) => members.iter().try_for_each(|(key, element)| {
                    check.check_as(element, naming).map_err(|problem| match naming {
                        Naming::Shown => format!("has the key {key:?}, whose value {problem}"),
                        Naming::Hidden => format!("has an element that {problem}"),
                    })
                }),
                Dynamic::Null
                | Dynamic::Unknown(_)
                | Dynamic::Bool(_)
                | Dynamic::Number(_)
                | Dynamic::String(_)
                | Dynamic::Object(_)
                | Dynamic::Typed(..) => Ok(()),
            },
            Self::Keys(check) => {
                value.members().into_iter().flat_map(|members| members.keys()).try_for_each(|key| {
                    check.check_as(&Dynamic::String(key.clone()), naming).map_err(|problem| match naming {
                        Naming::Shown => format!("has the key {key:?}, which {problem}"),
                        Naming::Hidden => "has a key that is not allowed".into(),
                    })
                })
            }
            Self::Custom(check) => check(value),
        }
    }
}

/// The expression of a pattern, compiled once: a set of a thousand elements checks it a thousand times.
fn compiled(pattern: &'static str) -> Regex {
    static COMPILED: Mutex<BTreeMap<&str, Regex>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || Regex::new(pattern).expect("patterns of schemas are tested to compile");
    // Clones share what was compiled.
    compiled.entry(pattern).or_insert_with(compile).clone()
}

/// Whether a message may name a part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    Shown,
    Hidden,
}

fn check_element(check: &Validator, element: &Dynamic, naming: Naming) -> Result<(), String> {
    check.check_as(element, naming).map_err(|problem| match (naming, element) {
        (Naming::Shown, Dynamic::String(text)) if text.chars().count() <= LONGEST_EXCERPT => {
            format!("has the element {:?}, which {problem}", excerpt(text))
        }
        (Naming::Shown, Dynamic::Number(number)) => format!("has the element {number}, which {problem}"),
        (Naming::Shown | Naming::Hidden, _) => format!("has an element that {problem}"),
    })
}

/// Characters of a value that a message shows at most.
const LONGEST_EXCERPT: usize = 60;

/// A configured text as a message shows it: shortened, and with `***` for what may be secret in an address, which is a
/// user, password or token before its host and all after a `?` or `#`.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let start = text.find("://").map_or(0, |position| position + "://".len());
    let (before, rest) = text.split_at(start);
    // JSON never is an address.
    let may_be_address = start > 0 || !text.contains(['"', '{', ' ', '\n']);
    let shown = match rest.rsplit_once('@') {
        // "git" is everybody's user. Without a scheme only a password makes it an address.
        Some((user, host)) if user != "git" && may_be_address && (start > 0 || user.contains(':')) => {
            format!("{before}***@{host}")
        }
        Some(_) | None => text.to_owned(),
    };
    let shown = match shown.find(['?', '#']) {
        Some(mark) if may_be_address && shown[..mark].contains(['/', '@']) => {
            format!("{}***", &shown[..=mark])
        }
        Some(_) | None => shown,
    };
    if shown.chars().count() <= LONGEST_EXCERPT {
        shown
    } else {
        shown.chars().take(LONGEST_EXCERPT - 3).chain("...".chars()).collect()
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
            "has the element \"b\", which must be one of a"
        );
        assert_eq!(
            check(&each, Dynamic::List(vec!["b".repeat(61).as_str().into()])),
            "has an element that must be one of a"
        );
        let map = Dynamic::Map([("b".to_owned(), Dynamic::from("c"))].into());
        assert_eq!(check(&each, map), "has the key \"b\", whose value must be one of a");
        let unique = Validator::Unique;
        assert_eq!(check(&unique, Dynamic::List(vec!["a".into(), "a".into()])), "must not name \"a\" twice");
    }

    #[test]
    fn one_of_several_checks_is_enough() {
        let none = Validator::NoneOf(&["all", "any"]);
        assert_eq!(check(&none, "all"), "must be none of all, any");
        assert_eq!(check(&none, "eu"), "");
        let any =
            Validator::Any(vec![Validator::OneOf(&["auto"]), Validator::Length { min: 3, max: Some(3) }]);
        assert_eq!(check(&any, "auto"), "");
        assert_eq!(check(&any, "abc"), "");
        assert_eq!(check(&any, "ab"), "must be one of auto, or must have exactly 3 characters, but has 2");
    }

    #[test]
    fn a_hidden_value_is_not_named() {
        let hidden = |validator: Validator, value: Dynamic| validator.check_hidden(&value).unwrap_err();
        let each = Validator::Each(Box::new(Validator::OneOf(&["a"])));
        assert_eq!(hidden(each, Dynamic::set(vec!["b".into()])), "has an element that must be one of a");
        let unique = Validator::Each(Box::new(Validator::Unique));
        assert_eq!(
            hidden(unique, Dynamic::List(vec![Dynamic::List(vec!["b".into(), "b".into()])])),
            "has an element that must not have the same element twice"
        );
        let keys = Validator::Keys(Box::new(Validator::OneOf(&["a"])));
        let map = Dynamic::Map([("b".to_owned(), Dynamic::from("c"))].into());
        assert_eq!(hidden(keys, map), "has a key that is not allowed");
    }

    #[test]
    fn an_excerpt_is_short_and_has_no_password() {
        for (text, shown) in [
            ("https://jane:hunter2@github.com/acme", "https://***@github.com/acme"),
            ("https://hunter2@github.com", "https://***@github.com"),
            ("https://jane:hun/ter@2@github.com", "https://***@github.com"),
            ("git:hunter2@github.com:acme/web", "***@github.com:acme/web"),
            ("git@github.com", "git@github.com"),
            ("ssh://git@github.com", "ssh://git@github.com"),
            ("jane@example.com", "jane@example.com"),
            ("https://github.com/acme/web?access_token=hunter2", "https://github.com/acme/web?***"),
            ("https://github.com/acme/web#hunter2?a", "https://github.com/acme/web#***"),
            ("https://jane:hun?ter2@github.com/acme", "https://***@github.com/acme"),
            ("git@github.com:acme/web?hunter2", "git@github.com:acme/web?***"),
            ("github.com/acme/web?token=hunter2", "github.com/acme/web?***"),
            ("what is this? #1", "what is this? #1"),
            (r#"{"uses":"checkout@v4"}"#, r#"{"uses":"checkout@v4"}"#),
        ] {
            assert_eq!(excerpt(text), shown);
        }
        assert_eq!(excerpt(&"a".repeat(61)), format!("{}...", "a".repeat(57)));
    }

    #[test]
    fn what_is_not_known_passes() {
        assert_eq!(check(&Validator::OneOf(&["a"]), Dynamic::unknown()), "");
        assert_eq!(check(&Validator::Length { min: 1, max: None }, Dynamic::Null), "");
    }
}
