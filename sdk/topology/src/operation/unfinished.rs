//! Creations whose end nobody waited for.

use sparki_core::{RemoteError, RemoteErrorKind};

/// Says how to keep an object that AWS may still complete: Terraform calls it tainted, and would make another one.
pub(crate) fn unfinished(error: RemoteError) -> RemoteError {
    match error.kind() {
        RemoteErrorKind::TimedOut | RemoteErrorKind::Cancelled => error.with_advice(
            "Terraform marks what was not completed as tainted and plans to replace it. To keep it once AWS has \
             completed it, run: terraform untaint ADDRESS",
        ),
        _ => error,
    }
}

/// Says how to keep an object that is complete but for what belongs to it.
pub(crate) fn incomplete(error: RemoteError) -> RemoteError {
    error.with_advice(
        "The object itself is complete. Terraform marks it as tainted and plans to replace it. To keep it and have the \
         rest made up for, run: terraform untaint ADDRESS",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: RemoteErrorKind, is_kept: bool) {
        let told =
            unfinished(RemoteError::new(kind, "failed to create the cluster")).into_diagnostics().to_string();
        assert_eq!(told.contains("terraform untaint"), is_kept, "{told}");
    }

    #[test]
    fn what_aws_may_complete_can_be_kept() {
        check(RemoteErrorKind::TimedOut, true);
        check(RemoteErrorKind::Cancelled, true);
    }

    #[test]
    fn what_lacks_only_its_belongings_can_be_kept() {
        let error = RemoteError::new(RemoteErrorKind::Conflict, "failed to create the cluster");
        assert!(incomplete(error).into_diagnostics().to_string().contains("terraform untaint"));
    }

    #[test]
    fn what_failed_is_made_again() {
        check(RemoteErrorKind::Other, false);
        check(RemoteErrorKind::Invalid, false);
    }
}
