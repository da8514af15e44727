//! What could not be removed of what belonged to an object.

use sparki_core::RemoteError;

/// Failures to remove what belonged to an object. One part that stays is no reason not to try the others.
#[derive(Debug, Default)]
pub(crate) struct Remains {
    first: Option<RemoteError>,
    commands: Vec<String>,
}

impl Remains {
    /// Nothing remains yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes down how a removal went. `command` is the one by which a practitioner removes the same.
    pub(crate) fn note(&mut self, removal: Result<(), RemoteError>, command: impl FnOnce() -> String) {
        if let Err(error) = removal {
            self.first.get_or_insert(error);
            self.commands.push(command());
        }
    }

    /// Returns the first failure, if there was one.
    pub(crate) fn first(self) -> Result<(), RemoteError> {
        self.first.map_or(Ok(()), Err)
    }

    /// Returns the same where the object itself is gone, with what to do about all that is left of it. `what` is "The load
    /// balancer".
    pub(crate) fn of_what_is_gone(self, what: &str) -> Result<(), RemoteError> {
        let Self { first, commands } = self;
        let Some(error) = first else { return Ok(()) };
        Err(error.with_advice(&format!(
            "{what} itself is gone. Terraform may take what belongs to it to be gone as well; if so, remove what is left: {}",
            commands.join("; ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use sparki_core::RemoteErrorKind;

    use super::*;

    #[test]
    fn the_first_failure_is_told_with_all_that_is_left() {
        let denied =
            || Err(RemoteError::new(RemoteErrorKind::PermissionDenied, "failed to delete the replica"));
        let used = || Err(RemoteError::new(RemoteErrorKind::Conflict, "failed to delete the replica"));
        let remains = || {
            let mut remains = Remains::new();
            remains.note(used(), || "remove one".to_owned());
            remains.note(Ok(()), || "remove two".to_owned());
            remains.note(denied(), || "remove three".to_owned());
            remains
        };
        assert_eq!(remains().first().unwrap_err().kind(), RemoteErrorKind::Conflict);
        let told = remains().of_what_is_gone("The replica").unwrap_err().into_diagnostics().to_string();
        assert!(told.contains("The replica itself is gone."), "{told}");
        assert!(told.contains("remove what is left: remove one; remove three."), "{told}");
        assert!(Remains::new().of_what_is_gone("The replica").is_ok() && Remains::new().first().is_ok());
    }
}
