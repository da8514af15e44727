//! What a plan must say.

use serde_json::Value;

use crate::expected::Expected;
use crate::plan::{Action, Order, Plan};
use crate::value_path::ValuePath;

type Judge = Box<dyn Fn(&Plan) -> Result<(), String>>;

/// An expectation of a plan.
///
/// ```
/// use acceptance::{Action, PlanCheck, at};
///
/// let checks = [
///     PlanCheck::action("sparki_workspace.it", Action::Create),
///     PlanCheck::known("sparki_workspace.it", at("name"), "Acme"),
///     PlanCheck::unknown("sparki_workspace.it", at("id")),
/// ];
/// # let _ = checks;
/// ```
pub struct PlanCheck(Judge);

impl PlanCheck {
    /// Something is to happen to an object; a replacement may be in either order.
    #[must_use]
    pub fn action(address: &str, expected: Action) -> Self {
        let address = address.to_owned();
        Self::holds(move |plan| {
            let found = plan.action(&address);
            ensure(found == expected, || format!("{address}: the action is {found:?}, not {expected:?}"))
        })
    }

    /// An object is replaced in this order.
    #[must_use]
    pub fn replacement(address: &str, expected: Order) -> Self {
        let address = address.to_owned();
        Self::holds(move |plan| match plan.replacement(&address) {
            Some(found) if found == expected => Ok(()),
            Some(found) => Err(format!("{address}: replaced {found:?}, not {expected:?}")),
            None => Err(format!("{address}: the action is {:?}, no replacement", plan.action(&address))),
        })
    }

    /// An object is replaced because of exactly these values, in whatever order.
    #[must_use]
    pub fn replaced_by(address: &str, paths: impl IntoIterator<Item = ValuePath>) -> Self {
        let address = address.to_owned();
        let mut expected: Vec<String> = paths.into_iter().map(|path| path.to_json().to_string()).collect();
        expected.sort();
        Self::holds(move |plan| {
            let paths = change(plan, &address)?["replace_paths"].as_array().cloned().unwrap_or_default();
            let mut found: Vec<String> = paths.iter().map(Value::to_string).collect();
            found.sort();
            ensure(found == expected, || {
                format!("{address}: replaced because of {found:?}, not {expected:?}")
            })
        })
    }

    /// A value is known, and is as expected.
    #[must_use]
    pub fn known(address: &str, path: ValuePath, expected: impl Into<Expected>) -> Self {
        let (address, expected) = (address.to_owned(), expected.into());
        Self::holds(move |plan| {
            known(change(plan, &address)?, &path, &expected).map_err(|wrong| format!("{address}: {wrong}"))
        })
    }

    /// A value is known to be nothing.
    #[must_use]
    pub fn null(address: &str, path: ValuePath) -> Self {
        Self::known(address, path, Expected::null())
    }

    /// A value is known after apply only.
    #[must_use]
    pub fn unknown(address: &str, path: ValuePath) -> Self {
        let address = address.to_owned();
        Self::holds(move |plan| {
            unknown(change(plan, &address)?, &path).map_err(|wrong| format!("{address}: {wrong}"))
        })
    }

    /// A value is not shown.
    #[must_use]
    pub fn sensitive(address: &str, path: ValuePath) -> Self {
        let address = address.to_owned();
        Self::holds(move |plan| {
            sensitive(change(plan, &address)?, &path).map_err(|wrong| format!("{address}: {wrong}"))
        })
    }

    /// An output, or a value inside of it, is known and is as expected.
    #[must_use]
    pub fn output(name: &str, path: ValuePath, expected: impl Into<Expected>) -> Self {
        let (name, expected) = (name.to_owned(), expected.into());
        Self::holds(move |plan| {
            known(output(plan, &name)?, &path, &expected).map_err(|wrong| format!("output {name}: {wrong}"))
        })
    }

    /// An output, or a value inside of it, is known after apply only.
    #[must_use]
    pub fn output_unknown(name: &str, path: ValuePath) -> Self {
        let name = name.to_owned();
        Self::holds(move |plan| {
            unknown(output(plan, &name)?, &path).map_err(|wrong| format!("output {name}: {wrong}"))
        })
    }

    /// An output is not shown.
    #[must_use]
    pub fn output_sensitive(name: &str) -> Self {
        let name = name.to_owned();
        Self::holds(move |plan| {
            sensitive(output(plan, &name)?, &ValuePath::root())
                .map_err(|wrong| format!("output {name}: {wrong}"))
        })
    }

    /// Nothing is to happen, to outputs neither.
    #[must_use]
    pub fn empty() -> Self {
        Self::holds(|plan| ensure(plan.is_empty(), || format!("the plan is not empty: {}", plan.outline())))
    }

    /// Something is to happen.
    #[must_use]
    pub fn not_empty() -> Self {
        Self::holds(|plan| ensure(!plan.is_empty(), || "the plan is empty".to_owned()))
    }

    /// Terraform has found that an object was changed meanwhile.
    #[must_use]
    pub fn drifted(address: &str) -> Self {
        let address = address.to_owned();
        Self::holds(move |plan| {
            let drifts = plan.json()["resource_drift"].as_array().cloned().unwrap_or_default();
            ensure(drifts.iter().any(|drift| drift["address"] == *address), || {
                format!("{address} has not drifted")
            })
        })
    }

    /// Changes of an object are put off, for this reason if one is given. Only tools that allow it plan so.
    #[must_use]
    pub fn deferred(address: &str, reason: Option<&str>) -> Self {
        let (address, reason) = (address.to_owned(), reason.map(str::to_owned));
        Self::holds(move |plan| {
            let all = plan.json()["deferred_changes"].as_array().cloned().unwrap_or_default();
            let found = all.iter().find(|it| it["resource_change"]["address"] == *address);
            let found = found.ok_or_else(|| format!("{address} is not deferred"))?;
            let wrong = reason.as_ref().filter(|reason| found["reason"] != **reason);
            wrong.map_or(Ok(()), |reason| {
                Err(format!("{address}: deferred because of {}, not {reason}", found["reason"]))
            })
        })
    }

    /// Nothing is put off.
    #[must_use]
    pub fn nothing_deferred() -> Self {
        Self::holds(|plan| {
            let all = &plan.json()["deferred_changes"];
            ensure(all.as_array().is_none_or(Vec::is_empty), || format!("deferred: {all}"))
        })
    }

    /// Whatever a function finds right.
    #[must_use]
    pub fn holds(judge: impl Fn(&Plan) -> Result<(), String> + 'static) -> Self {
        Self(Box::new(judge))
    }

    /// Checks a plan.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, plan: &Plan) -> Result<(), String> {
        self.0(plan)
    }
}

pub(crate) fn ensure(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong()) }
}

fn change<'a>(plan: &'a Plan, address: &str) -> Result<&'a Value, String> {
    plan.change(address).ok_or_else(|| format!("{address} is not in the plan: {}", plan.outline()))
}

fn output<'a>(plan: &'a Plan, name: &str) -> Result<&'a Value, String> {
    let outputs = &plan.json()["output_changes"];
    outputs.get(name).ok_or_else(|| format!("output {name} does not change: {outputs}"))
}

fn known(change: &Value, path: &ValuePath, expected: &Expected) -> Result<(), String> {
    let unknown = &change["after_unknown"];
    ensure(!path.is_marked(unknown) && !path.has_marks_inside(unknown), || {
        format!("{path} is not known before apply")
    })?;
    let value = path.find(&change["after"])?;
    expected.check(value).map_err(|wrong| format!("{path} {wrong}"))
}

fn unknown(change: &Value, path: &ValuePath) -> Result<(), String> {
    let marked = path.is_marked(&change["after_unknown"]);
    ensure(marked, || match path.find(&change["after"]) {
        Ok(value) => format!("{path} is known to be {value}"),
        Err(missing) => missing,
    })
}

fn sensitive(change: &Value, path: &ValuePath) -> Result<(), String> {
    ensure(path.is_marked(&change["after_sensitive"]), || format!("{path} is shown"))
}

#[cfg(test)]
mod tests;
