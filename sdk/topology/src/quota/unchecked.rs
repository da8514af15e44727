//! Quotas that could not be found out.

use sparki_core::{Diagnostic, RemoteError, RemoteErrorKind};

/// What was found. Where it could not be found out that is a warning, one for all, so that what else stands in the way of
/// the plan is told all the same; where the endpoint does not know the question it is nothing.
pub(crate) fn told(
    found: impl IntoIterator<Item = Result<Option<Diagnostic>, RemoteError>>,
) -> Vec<Diagnostic> {
    let (mut told, mut unchecked) = (Vec::new(), None);
    for one in found {
        match one {
            Ok(found) => told.extend(found),
            Err(error) if matches!(error.kind(), RemoteErrorKind::Garbled | RemoteErrorKind::Cancelled) => {}
            Err(error) => unchecked = unchecked.or(Some(error)),
        }
    }
    told.extend(unchecked.map(|error| {
        let detail = format!(
            "Whether the account may have what is planned could not be found out beforehand: {error}"
        );
        Diagnostic::warning("Quotas not checked", detail)
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kinds: &[RemoteErrorKind]) -> String {
        let failures = kinds.iter().map(|kind| Err(RemoteError::new(*kind, "failed to look")));
        let found = [Ok(Some(Diagnostic::error("Quota too small", "It is."))), Ok(None)];
        let told: Vec<_> = told(found.into_iter().chain(failures)).iter().map(ToString::to_string).collect();
        told.join("\n")
    }

    #[test]
    fn what_could_not_be_found_out_is_told_once_and_hides_nothing() {
        let both = check(&[RemoteErrorKind::PermissionDenied, RemoteErrorKind::Unavailable]);
        assert_eq!(
            both,
            "error: Quota too small\n  It is.\nwarning: Quotas not checked\n  Whether the account may have what is planned \
             could not be found out beforehand: failed to look"
        );
    }

    #[test]
    fn an_endpoint_that_does_not_know_the_question_is_nothing() {
        assert_eq!(check(&[RemoteErrorKind::Garbled]), "error: Quota too small\n  It is.");
    }
}
