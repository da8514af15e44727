//! What a value is expected to be.

use std::fmt;
use std::sync::Arc;

use regex_lite::Regex;
use serde_json::Value;

use crate::decimal::Decimal;

/// An expectation of a value. Lists and sets, maps and objects look the same in Terraform's JSON; the words say
/// what is compared.
///
/// ```
/// use acceptance::Expected;
///
/// let stages = Expected::list([Expected::object([("name", "test".into())])]);
/// assert!(stages.check(&serde_json::json!([{"name": "test"}])).is_ok());
/// assert_eq!(stages.check(&serde_json::json!([])).unwrap_err(), "has 0 elements, not 1");
/// ```
#[derive(Clone)]
pub struct Expected(Kind);

type Judge = Arc<dyn Fn(&Value) -> Result<(), String> + Send + Sync>;

#[derive(Clone)]
enum Kind {
    Null,
    Present,
    Exact(Value),
    Number(Decimal),
    Matching(Regex),
    List(Vec<Expected>),
    ListPartial(Vec<(usize, Expected)>),
    Set(Vec<Expected>),
    SetPartial(Vec<Expected>),
    Members(Vec<(String, Expected)>),
    MembersPartial(Vec<(String, Expected)>),
    Size(usize),
    Judged(String, Judge),
}

impl Expected {
    /// Nothing.
    #[must_use]
    pub fn null() -> Self {
        Self(Kind::Null)
    }

    /// Anything but nothing.
    #[must_use]
    pub fn present() -> Self {
        Self(Kind::Present)
    }

    /// Exactly this JSON. Numbers are compared by value: 1 is 1.0.
    #[must_use]
    pub fn exact(value: Value) -> Self {
        Self(Kind::Exact(value))
    }

    /// This number, of whatever size: `"123456789012345678901234567890.5"`.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn number(number: &str) -> Self {
        Self(Kind::Number(Decimal::parse(number).unwrap_or_else(|| panic!("{number:?} is no number"))))
    }

    /// A text that a pattern matches, anywhere unless it has `^` and `$`.
    ///
    /// # Panics
    /// When the pattern is none.
    #[must_use]
    pub fn matching(pattern: &str) -> Self {
        Self(Kind::Matching(Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern:?}: {error}"))))
    }

    /// A list of exactly these elements, or a tuple.
    #[must_use]
    pub fn list(elements: impl IntoIterator<Item = Self>) -> Self {
        Self(Kind::List(elements.into_iter().collect()))
    }

    /// A list with these elements at their indices, and whatever else.
    #[must_use]
    pub fn list_partial(elements: impl IntoIterator<Item = (usize, Self)>) -> Self {
        Self(Kind::ListPartial(elements.into_iter().collect()))
    }

    /// A set of exactly these elements.
    #[must_use]
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        Self(Kind::Set(elements.into_iter().collect()))
    }

    /// A set with these elements, and whatever else.
    #[must_use]
    pub fn set_partial(elements: impl IntoIterator<Item = Self>) -> Self {
        Self(Kind::SetPartial(elements.into_iter().collect()))
    }

    /// A map of exactly these elements.
    #[must_use]
    pub fn map<'a>(elements: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self(Kind::Members(owned(elements)))
    }

    /// A map with these elements, and whatever else.
    #[must_use]
    pub fn map_partial<'a>(elements: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self(Kind::MembersPartial(owned(elements)))
    }

    /// An object of exactly these attributes.
    #[must_use]
    pub fn object<'a>(attributes: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::map(attributes)
    }

    /// An object with these attributes, and whatever else.
    #[must_use]
    pub fn object_partial<'a>(attributes: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::map_partial(attributes)
    }

    /// A collection of so many elements.
    #[must_use]
    pub fn size(size: usize) -> Self {
        Self(Kind::Size(size))
    }

    /// Whatever a function finds right; `what` says it in words.
    #[must_use]
    pub fn satisfying(
        what: &str,
        judge: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self(Kind::Judged(what.to_owned(), Arc::new(judge)))
    }

    /// Checks a value.
    ///
    /// # Errors
    /// What is wrong with it, and where inside of it.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let holds = |holds: bool| if holds { Ok(()) } else { Err(format!("is {value}, not {self}")) };
        match &self.0 {
            Kind::Null => holds(value.is_null()),
            Kind::Present => holds(!value.is_null()),
            Kind::Exact(expected) => holds(same(value, expected)),
            Kind::Number(expected) => holds(decimal(value).as_ref() == Some(expected)),
            Kind::Matching(pattern) => holds(value.as_str().is_some_and(|text| pattern.is_match(text))),
            Kind::List(expected) => {
                let elements = elements(value)?;
                size(elements.len(), expected.len())?;
                let pairs = expected.iter().zip(elements).enumerate();
                pairs.into_iter().try_for_each(|(index, (expected, element))| {
                    expected.check(element).map_err(|wrong| format!("[{index}] {wrong}"))
                })
            }
            Kind::ListPartial(expected) => {
                let elements = elements(value)?;
                expected.iter().try_for_each(|(index, expected)| {
                    let element = elements.get(*index).ok_or(format!("has {} elements", elements.len()));
                    expected.check(element?).map_err(|wrong| format!("[{index}] {wrong}"))
                })
            }
            Kind::Set(expected) => {
                let elements = elements(value)?;
                size(elements.len(), expected.len())?;
                each_found(elements, expected)
            }
            Kind::SetPartial(expected) => each_found(elements(value)?, expected),
            Kind::Members(expected) => {
                let members = value.as_object().ok_or(format!("is {value}, no map and no object"))?;
                let extra = members.keys().find(|name| !expected.iter().any(|(known, _)| known == *name));
                extra.map_or(Ok(()), |name| Err(format!("has {name:?} besides")))?;
                check_members(value, expected)
            }
            Kind::MembersPartial(expected) => check_members(value, expected),
            Kind::Size(expected) => {
                let found = value.as_array().map(Vec::len).or(value.as_object().map(serde_json::Map::len));
                size(found.ok_or(format!("is {value}, no collection"))?, *expected)
            }
            Kind::Judged(what, judge) => {
                judge(value).map_err(|wrong| format!("is {value}, not {what}: {wrong}"))
            }
        }
    }
}

fn owned<'a>(members: impl IntoIterator<Item = (&'a str, Expected)>) -> Vec<(String, Expected)> {
    members.into_iter().map(|(name, expected)| (name.to_owned(), expected)).collect()
}

fn elements(value: &Value) -> Result<&[Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("is {value}, no list and no set"))
}

fn size(found: usize, expected: usize) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("has {found} elements, not {expected}")) }
}

/// Finds a different element for each expectation, whatever their order.
fn each_found(elements: &[Value], expected: &[Expected]) -> Result<(), String> {
    fn assign(fits: &[Vec<usize>], which: usize, taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
        fits[which].iter().any(|&element| {
            if std::mem::replace(&mut seen[element], true) {
                return false;
            }
            // Whoever has it may do with another one.
            let free = taken[element].is_none_or(|other| assign(fits, other, taken, seen));
            if free {
                taken[element] = Some(which);
            }
            free
        })
    }
    let fitting = |one: &Expected| {
        let found = elements.iter().enumerate().filter(|(_, element)| one.check(element).is_ok());
        found.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let fits: Vec<Vec<usize>> = expected.iter().map(fitting).collect();
    let mut taken = vec![None; elements.len()];
    for (which, one) in expected.iter().enumerate() {
        if !assign(&fits, which, &mut taken, &mut vec![false; elements.len()]) {
            return Err(format!("has no element for {one}: {}", Value::from(elements.to_vec())));
        }
    }
    Ok(())
}

fn check_members(value: &Value, expected: &[(String, Expected)]) -> Result<(), String> {
    let members = value.as_object().ok_or_else(|| format!("is {value}, no map and no object"))?;
    expected.iter().try_for_each(|(name, expected)| {
        let member = members.get(name).ok_or_else(|| format!("has no {name:?}"))?;
        expected.check(member).map_err(|wrong| format!("[{name:?}] {wrong}"))
    })
}

fn decimal(value: &Value) -> Option<Decimal> {
    value.as_number().and_then(|number| Decimal::parse(&number.to_string()))
}

/// Whether two documents are the same, numbers by value.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => decimal(one) == decimal(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let in_other =
                |(name, value): (&String, &Value)| other.get(name).is_some_and(|it| same(value, it));
            one.len() == other.len() && one.iter().all(in_other)
        }
        _ => one == other,
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |expected: &[Self]| expected.iter().map(Self::to_string).collect::<Vec<_>>().join(", ");
        let members = |expected: &[(String, Self)]| {
            expected.iter().map(|(name, it)| format!("{name:?}: {it}")).collect::<Vec<_>>().join(", ")
        };
        match &self.0 {
            Kind::Null => f.write_str("null"),
            Kind::Present => f.write_str("anything but null"),
            Kind::Exact(value) => write!(f, "{value}"),
            Kind::Number(number) => write!(f, "{number}"),
            Kind::Matching(pattern) => write!(f, "a text that matches {pattern}"),
            Kind::List(expected) => write!(f, "[{}]", all(expected)),
            Kind::ListPartial(expected) => {
                let each: Vec<_> = expected.iter().map(|(index, it)| format!("{index}: {it}")).collect();
                write!(f, "[{}, ...]", each.join(", "))
            }
            Kind::Set(expected) => write!(f, "a set of [{}]", all(expected)),
            Kind::SetPartial(expected) => write!(f, "a set with [{}]", all(expected)),
            Kind::Members(expected) => write!(f, "{{{}}}", members(expected)),
            Kind::MembersPartial(expected) => write!(f, "{{{}, ...}}", members(expected)),
            Kind::Size(size) => write!(f, "a collection of {size}"),
            Kind::Judged(what, _) => f.write_str(what),
        }
    }
}

impl From<&str> for Expected {
    fn from(text: &str) -> Self {
        Self::exact(text.into())
    }
}

impl From<&String> for Expected {
    fn from(text: &String) -> Self {
        Self::exact(text.as_str().into())
    }
}

impl From<bool> for Expected {
    fn from(value: bool) -> Self {
        Self::exact(value.into())
    }
}

impl From<i64> for Expected {
    fn from(number: i64) -> Self {
        Self::exact(number.into())
    }
}

impl From<Value> for Expected {
    fn from(value: Value) -> Self {
        Self::exact(value)
    }
}

#[cfg(test)]
mod tests;
