//! Protection from removal.

use sparki_core::{Diagnostic, Diagnostics, Path, RemoteError, RemoteErrorKind, Value};

/// Whether an object is protected where nobody says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Initially {
    Protected,
    Open,
}

/// What an object is that must not be removed as long as its `deletion_protection` is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protected {
    thing: &'static str,
    initially: Initially,
    /// What would be lost, where that is more than the object; a full sentence and a space.
    loss: &'static str,
}

impl Protected {
    /// An object of a type whose objects are protected unless somebody says otherwise: "load balancer".
    pub(crate) const fn by_default(thing: &'static str) -> Self {
        Self { thing, initially: Initially::Protected, loss: "" }
    }

    /// An object of a type whose objects are protected if somebody says so.
    pub(crate) const fn on_request(thing: &'static str) -> Self {
        Self { thing, initially: Initially::Open, loss: "" }
    }

    /// The same, and what would be lost with it.
    pub(crate) const fn losing(self, loss: &'static str) -> Self {
        Self { loss, ..self }
    }

    /// The same, if its `deletion_protection` protects it.
    pub(crate) fn by(self, deletion_protection: &Value<bool>) -> Option<Self> {
        (deletion_protection.known() == Some(&true)).then_some(self)
    }

    /// Refuses the plan to remove what is protected.
    pub(crate) fn check_plan(protected: Option<Self>) -> Diagnostics {
        protected.map(Self::diagnostic).into_iter().collect()
    }

    /// Refuses to remove what is protected: Terraform asks for no plan where a run that was interrupted left an object tainted.
    ///
    /// # Errors
    /// Why it is not removed, and what to do.
    pub(crate) fn check(protected: Option<Self>, doing: &str) -> Result<(), RemoteError> {
        match protected {
            Some(it) => Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(it.advice())),
            None => Ok(()),
        }
    }

    fn diagnostic(self) -> Diagnostic {
        let mut thing = self.thing.chars();
        let first = thing.next().into_iter().flat_map(char::to_uppercase);
        let thing: String = first.chain(thing).collect();
        Diagnostic::error(format!("{thing} is protected from removal"), self.advice())
            .at(Path::attribute("deletion_protection"))
    }

    fn advice(self) -> String {
        let Self { thing, initially, loss } = self;
        let default = match initially {
            Initially::Protected => ", which is the default",
            Initially::Open => "",
        };
        format!(
            "\"deletion_protection\" is true{default}. {loss}To remove or replace the {thing}, set it to false, apply, and then \
             go on. If the {thing} is to be replaced only because an earlier run was interrupted and left it tainted, keep it \
             with \"terraform untaint\"."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_protected_stays() {
        let by = |protection: Value<bool>| Protected::on_request("add-on").by(&protection);
        assert!(by(true.into()).is_some());
        for open in [by(false.into()), by(Value::Null)] {
            assert_eq!(Protected::check_plan(open).to_string(), "");
            assert!(Protected::check(open, "failed to remove the add-on").is_ok());
        }
    }

    #[test]
    fn whoever_removes_what_is_protected_is_told_what_to_do() {
        let check = |protected: Protected, expected: [&str; 3]| {
            let protected = protected.by(&true.into());
            let [summary, beginning, end] = expected;
            let told = Protected::check_plan(protected);
            let told = told.iter().next().expect("it is refused");
            assert_eq!(
                (told.summary.as_str(), &told.path),
                (summary, &Some(Path::attribute("deletion_protection")))
            );
            assert!(told.detail.starts_with(beginning) && told.detail.ends_with(end), "{}", told.detail);
            let refused = Protected::check(protected, "failed to delete it").expect_err("it is protected");
            assert_eq!(refused.kind(), RemoteErrorKind::Conflict);
            assert!(refused.to_string().contains(beginning), "{refused}");
        };
        let end = "left it tainted, keep it with \"terraform untaint\".";
        check(
            Protected::on_request("add-on"),
            [
                "Add-on is protected from removal",
                "\"deletion_protection\" is true. To remove or replace the add-on, set it to false",
                end,
            ],
        );
        check(
            Protected::by_default("bucket").losing("All is lost. "),
            [
                "Bucket is protected from removal",
                "\"deletion_protection\" is true, which is the default. All is lost. To remove or replace the bucket, set it",
                end,
            ],
        );
        check(
            Protected::on_request("VPC"),
            ["VPC is protected from removal", "\"deletion_protection\" is true. To remove", end],
        );
    }
}
