//! Where a value stands inside an object.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an attribute of an object.
    Attribute(String),
    /// Into an element of a map.
    Key(String),
    /// Into an element of a list, counted from zero.
    Index(usize),
    /// Into some element of a set. Set elements have no address, so messages stop at the set.
    Element,
}

/// A path from the root of an object, such as `stages[0].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    steps: Vec<Step>,
    /// Whether steps are forgotten at once.
    is_lost: bool,
}

impl Path {
    /// The path of the object itself.
    #[must_use]
    pub const fn root() -> Self {
        Self { steps: Vec::new(), is_lost: false }
    }

    /// The path of a top-level attribute.
    #[must_use]
    pub fn attribute(name: &str) -> Self {
        Self::from_iter([Step::Attribute(name.to_owned())])
    }

    /// A path that forgets every step from it, for work that hardly ever fails: taking steps costs nothing, and if the work
    /// does fail, it is done again from the root, to find out where.
    #[must_use]
    pub const fn lost() -> Self {
        Self { steps: Vec::new(), is_lost: true }
    }

    /// This path with one more step into an attribute.
    #[must_use]
    pub fn then(&self, name: &str) -> Self {
        self.with(|| Step::Attribute(name.to_owned()))
    }

    /// This path with one more step into a list element.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(|| Step::Index(index))
    }

    /// This path with one more step into a map element.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(|| Step::Key(key.to_owned()))
    }

    /// This path with one more step.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        self.with(|| step)
    }

    fn with(&self, step: impl FnOnce() -> Step) -> Self {
        if self.is_lost {
            return Self::lost();
        }
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step());
        Self { steps, is_lost: false }
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The name of the last attribute on the way, for messages such as `"name" is empty`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Attribute(name) => Some(name.as_str()),
            Step::Key(_) | Step::Index(_) | Step::Element => None,
        })
    }

    /// The longest leading part that can be addressed from outside, which ends before the first set element.
    #[must_use]
    pub fn addressable(&self) -> Self {
        self.steps.iter().take_while(|step| **step != Step::Element).cloned().collect()
    }

    /// Whether this path is `other` or lies inside it.
    #[must_use]
    pub fn starts_with(&self, other: &Self) -> bool {
        self.steps.starts_with(&other.steps)
    }

    /// Reads a JSON pointer (RFC 6901): `/stages/0/name`. Steps that are whole numbers become list indices; with a sign
    /// or with leading zeros they are names.
    #[must_use]
    pub fn from_pointer(pointer: &str) -> Self {
        let steps = pointer.split('/').skip(1).map(|part| match part.parse::<usize>() {
            Ok(index) if index.to_string() == part => Step::Index(index),
            Ok(_) | Err(_) => Step::Attribute(part.replace("~1", "/").replace("~0", "~")),
        });
        steps.collect()
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self { steps: steps.into_iter().collect(), is_lost: false }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Element => write!(f, "[*]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_practitioners_write_it() {
        let path = Path::attribute("stages").index(0).then("env").key("LOG");
        assert_eq!(path.to_string(), "stages[0].env[\"LOG\"]");
        assert_eq!(path.name(), Some("env"));
    }

    #[test]
    fn a_lost_path_leads_nowhere() {
        assert_eq!(Path::lost().then("a").index(0).key("k").step(Step::Element), Path::lost());
    }

    #[test]
    fn set_elements_cannot_be_addressed() {
        let path = Path::attribute("triggers").step(Step::Element).then("name");
        assert_eq!(path.addressable(), Path::attribute("triggers"));
    }

    #[test]
    fn a_json_pointer_becomes_a_path() {
        assert_eq!(Path::from_pointer("/stages/0/name").to_string(), "stages[0].name");
        assert_eq!(Path::from_pointer(""), Path::root());
    }

    #[test]
    fn only_plain_digits_in_a_json_pointer_are_an_index() {
        for name in ["+1", "01", "00"] {
            assert_eq!(Path::from_pointer(&format!("/{name}")), Path::attribute(name));
        }
    }
}
