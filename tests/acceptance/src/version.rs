//! Versions of the tools, and what a test makes of them.

use std::cmp::Ordering;
use std::fmt;
use std::io::Write;

use crate::tool::Tool;

/// A version of Terraform or its fork.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u32; 3],
    prerelease: Option<String>,
}

/// What may be so of a tool.
#[derive(Clone, Debug)]
pub enum Condition {
    /// It is this version or a later one.
    AtLeast(&'static str),
    /// It is an earlier version.
    Below(&'static str),
    /// It is the first version, the last, or one between them.
    Between(&'static str, &'static str),
    /// It is this very version.
    Exactly(&'static str),
    /// It is the fork.
    Tofu,
    /// It is not released yet.
    Prerelease,
    /// Something is not so.
    Not(Box<Condition>),
    /// Everything is so.
    All(Vec<Condition>),
    /// Something is so.
    Any(Vec<Condition>),
}

/// What a test needs of the tool, and what happens where the tool has it not.
///
/// ```
/// use acceptance::{Condition, Rule};
///
/// let identity = Rule::skip_unless(Condition::AtLeast("1.12.0"), "there are no identities before");
/// let stable = Rule::require(Condition::Not(Box::new(Condition::Prerelease)), "plans are compared");
/// # let _ = (identity, stable);
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    condition: Condition,
    why: &'static str,
    otherwise: Otherwise,
}

#[derive(Clone, Copy, Debug)]
enum Otherwise {
    Skip,
    Fail,
}

impl Version {
    /// Reads `1.11.4` or `1.12.0-beta1`.
    ///
    /// # Panics
    /// When it is no version.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (numbers, prerelease) =
            text.split_once('-').map_or((text, None), |(numbers, rest)| (numbers, Some(rest.to_owned())));
        let parts: Vec<u32> = numbers.split('.').filter_map(|part| part.parse().ok()).collect();
        let numbers = parts.try_into().unwrap_or_else(|_| panic!("{text:?} is no version"));
        Self { numbers, prerelease }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (&self.prerelease, &other.prerelease) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) => one.cmp(other),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        self.prerelease.iter().try_for_each(|prerelease| write!(f, "-{prerelease}"))
    }
}

impl Condition {
    /// Whether it is so of the tool with this version.
    fn holds(&self, is_tofu: bool, version: &Version) -> bool {
        match self {
            Self::AtLeast(bound) => *version >= Version::parse(bound),
            Self::Below(bound) => *version < Version::parse(bound),
            Self::Between(first, last) => (Version::parse(first)..=Version::parse(last)).contains(version),
            Self::Exactly(bound) => *version == Version::parse(bound),
            Self::Tofu => is_tofu,
            Self::Prerelease => version.prerelease.is_some(),
            Self::Not(condition) => !condition.holds(is_tofu, version),
            Self::All(conditions) => conditions.iter().all(|it| it.holds(is_tofu, version)),
            Self::Any(conditions) => conditions.iter().any(|it| it.holds(is_tofu, version)),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |conditions: &[Self], word: &str| {
            conditions.iter().map(Self::to_string).collect::<Vec<_>>().join(word)
        };
        match self {
            Self::AtLeast(bound) => write!(f, "at least {bound}"),
            Self::Below(bound) => write!(f, "below {bound}"),
            Self::Between(first, last) => write!(f, "between {first} and {last}"),
            Self::Exactly(bound) => write!(f, "{bound}"),
            Self::Tofu => f.write_str("tofu"),
            Self::Prerelease => f.write_str("a prerelease"),
            Self::Not(condition) => write!(f, "not {condition}"),
            Self::All(conditions) => f.write_str(&joined(conditions, " and ")),
            Self::Any(conditions) => f.write_str(&joined(conditions, " or ")),
        }
    }
}

impl Rule {
    /// Identities of objects, which the tool must have.
    pub(crate) const IDENTITY: Self =
        Self::skip_unless(Condition::AtLeast("1.12.0"), "objects have no identities before");

    /// Skips what follows where something is not so of the tool.
    #[must_use]
    pub const fn skip_unless(condition: Condition, why: &'static str) -> Self {
        Self { condition, why, otherwise: Otherwise::Skip }
    }

    /// Skips what follows where something is so of the tool.
    #[must_use]
    pub fn skip_if(condition: Condition, why: &'static str) -> Self {
        Self::skip_unless(Condition::Not(Box::new(condition)), why)
    }

    /// Fails where something is not so of the tool.
    #[must_use]
    pub const fn require(condition: Condition, why: &'static str) -> Self {
        Self { condition, why, otherwise: Otherwise::Fail }
    }

    /// Why the tool is not to be used, if it is not.
    fn objection(&self, is_tofu: bool, version: &Version) -> Option<String> {
        let name = if is_tofu { "tofu" } else { "terraform" };
        let objects = !self.condition.holds(is_tofu, version);
        objects.then(|| format!("{name} {version} is not {}: {}", self.condition, self.why))
    }

    /// Whether the tool allows what is described, which is reported as skipped if it does not.
    ///
    /// # Panics
    /// When the rule requires it, or when `ACCEPTANCE_SKIPS` is `forbid`.
    #[must_use]
    pub(crate) fn allows(&self, tool: &Tool, what: &str) -> bool {
        let Some(objection) = self.objection(tool.is_tofu(), &tool.version()) else { return true };
        match self.otherwise {
            Otherwise::Fail => panic!("{what} cannot be tested: {objection}"),
            Otherwise::Skip => {
                let forbidden = std::env::var("ACCEPTANCE_SKIPS").is_ok_and(|value| value == "forbid");
                assert!(!forbidden, "{what} would be skipped: {objection}");
                let test = std::thread::current().name().unwrap_or("a test").to_owned();
                // Written past the capture of passing tests, for a test that was not run has not passed.
                let _ = writeln!(std::io::stderr(), "skipped in {test}: {what}: {objection}");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_objection(rule: &Rule, version: &str, expected: Option<&str>) {
        let objection = rule.objection(false, &Version::parse(version));
        assert_eq!(objection.as_deref(), expected);
    }

    #[test]
    fn a_prerelease_comes_before_its_release() {
        let sorted = ["1.11.4", "1.12.0-alpha1", "1.12.0-beta1", "1.12.0", "1.12.10"].map(Version::parse);
        assert!(sorted.is_sorted());
        assert_eq!(sorted[2].to_string(), "1.12.0-beta1");
    }

    #[test]
    fn a_rule_objects_with_its_reason() {
        let rule = Rule::skip_unless(Condition::AtLeast("1.12.0"), "no identities");
        check_objection(&rule, "1.12.0", None);
        check_objection(&rule, "1.11.4", Some("terraform 1.11.4 is not at least 1.12.0: no identities"));
        let rule = Rule::skip_if(Condition::Tofu, "no queries");
        check_objection(&rule, "1.11.4", None);
        assert!(rule.objection(true, &Version::parse("1.12.0")).is_some());
    }

    #[test]
    fn conditions_are_combined() {
        use Condition::{All, Any, Below, Between, Exactly, Not, Prerelease, Tofu};
        let version = Version::parse("1.12.0-rc1");
        let both = All(vec![Between("1.11.0", "1.12.0"), Prerelease]);
        assert!(both.holds(false, &version) && !both.holds(false, &Version::parse("1.11.4")));
        let either = Any(vec![Tofu, Exactly("1.11.4")]);
        assert!(!either.holds(false, &version) && either.holds(true, &version));
        assert!(Not(Box::new(Below("1.0.0"))).holds(false, &version));
        assert_eq!(both.to_string(), "between 1.11.0 and 1.12.0 and a prerelease");
    }
}
