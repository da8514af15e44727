//! The function `permission_match`.

use sparki_core::{Function, FunctionError, Value, Variadic};
use sparki_derive::Model;

/// The function `permission_match`.
#[derive(Clone, Copy, Debug)]
pub enum PermissionMatch {}

/// Tells whether any of the patterns covers a permission.
///
/// A permission is `resource:action`, such as `environment:update`. A pattern is the same with `*` for any resource, any
/// action or both; `*` alone covers everything. Without patterns nothing is covered. Part of a name cannot be `*`, so that a
/// pattern covers what it says and not what happens to be called alike.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PermissionMatchArguments {
    /// Permission that is asked for: `resource:action`, without `*`.
    #[attr(required)]
    pub permission: Value<String>,
    /// Patterns of what is allowed, such as `environment:*`.
    #[attr(required)]
    pub patterns: Value<Vec<String>>,
}

impl Function for PermissionMatch {
    const NAME: &'static str = "permission_match";
    const SUMMARY: &'static str = "Tells whether any of the patterns covers a permission.";
    const VARIADIC: Variadic = Variadic::Last;
    type Arguments = PermissionMatchArguments;
    type Output = bool;

    fn call(arguments: PermissionMatchArguments) -> Result<bool, FunctionError> {
        let wanted = arguments.permission.known().map(String::as_str).unwrap_or_default();
        let named = halves(wanted).filter(|(resource, action)| *resource != ANY && *action != ANY);
        let (resource, action) = named.ok_or_else(|| {
            let text =
                "This is not a permission. Write it as resource:action, such as \"environment:update\".";
            FunctionError::new(text).at(0)
        })?;
        let mut covered = false;
        // Every pattern is looked at: one that is wrong is an error also where another one covers the permission.
        for (index, pattern) in arguments.patterns.known().into_iter().flatten().enumerate() {
            let (of_resource, of_action) = whole(pattern).or_else(|| halves(pattern)).ok_or_else(|| {
                let text = "This is not a pattern of permissions. Write it as resource:action, with \"*\" for any \
                            resource or any action, such as \"environment:*\".";
                FunctionError::new(text).at(index + 1)
            })?;
            covered |= matches(of_resource, resource) && matches(of_action, action);
        }
        Ok(covered)
    }
}

const ANY: &str = "*";

fn whole(pattern: &str) -> Option<(&str, &str)> {
    (pattern == ANY).then_some((ANY, ANY))
}

/// Resource and action, each a name or `*`.
fn halves(text: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
    };
    let (resource, action) = text.split_once(':')?;
    [resource, action].iter().all(|half| *half == ANY || is_name(half)).then_some((resource, action))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern == ANY || pattern == name
}
