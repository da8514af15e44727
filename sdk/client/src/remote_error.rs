//! The way from a transport's error to the one that the layers above know.

use http::StatusCode;
use sparki_core::{Path, RemoteError, RemoteErrorKind};

use crate::error::{Cause, ClientError};
use crate::problem::Problem;

impl From<ClientError> for RemoteError {
    fn from(error: ClientError) -> Self {
        let kind = kind(&error);
        let remote = Self::new(kind, error.to_string())
            .with_correlation_id(error.correlation_id().map(str::to_owned))
            .with_maybe_applied(error.maybe_applied());
        match error.into_cause() {
            Cause::Refused(problem) => {
                // What is wrong with each value says it all; the whole would only repeat the first of them.
                let told = problem.has_code("validation_failed") && !problem.errors.is_empty();
                let remote = if told { remote } else { remote.with_detail(detail(&problem)) };
                problem.errors.iter().fold(remote, |remote, at_fault| {
                    remote.with_attribute(Path::from_pointer(&at_fault.pointer), at_fault.detail.clone())
                })
            }
            cause => {
                let advice = advice(&cause);
                let remote = remote.with_source(cause);
                if advice.is_empty() { remote } else { remote.with_advice(advice) }
            }
        }
    }
}

fn kind(error: &ClientError) -> RemoteErrorKind {
    if error.is_cancelled() {
        RemoteErrorKind::Cancelled
    } else if error.is_throttled() {
        RemoteErrorKind::Throttled
    } else if error.is_timeout() {
        RemoteErrorKind::TimedOut
    } else if error.is_unauthorized() {
        RemoteErrorKind::Unauthenticated
    } else if error.is_permission_denied() {
        RemoteErrorKind::PermissionDenied
    } else if error.is_not_found() {
        RemoteErrorKind::NotFound
    } else if error.is_conflict() {
        RemoteErrorKind::Conflict
    } else if error.is_invalid() {
        RemoteErrorKind::Invalid
    } else if error.is_unavailable() {
        RemoteErrorKind::Unavailable
    } else {
        match error.cause() {
            Cause::Unexpected { .. } | Cause::RepeatedCursor | Cause::BatchItem { .. } => {
                RemoteErrorKind::Garbled
            }
            Cause::Refused(_)
            | Cause::Unreachable { .. }
            | Cause::Untrusted { .. }
            | Cause::Lost { .. }
            | Cause::NoAnswer { .. }
            | Cause::Deadline { .. }
            | Cause::RateLimited { .. }
            | Cause::CircuitOpen { .. }
            | Cause::Cancelled
            | Cause::Authentication(_)
            | Cause::NoIdentity { .. }
            | Cause::Layer(_)
            | Cause::WorkFailed { .. }
            | Cause::StrangeRegion { .. }
            | Cause::Request(_) => RemoteErrorKind::Other,
        }
    }
}

/// What the practitioner can do about a failure that the control plane did not explain.
fn advice(cause: &Cause) -> &'static str {
    match cause {
        Cause::Unreachable { .. } | Cause::CircuitOpen { .. } => {
            "Check that \"endpoint\" (or SPARKI_ENDPOINT) is right, that the control plane is up, and that nothing on \
             the way blocks it."
        }
        Cause::Untrusted { .. } => {
            "If the control plane's certificate comes from an authority of your own, name it in \"ca_cert\" (or \
             SPARKI_CA_CERT)."
        }
        Cause::Unexpected { .. } => {
            "Check that \"endpoint\" (or SPARKI_ENDPOINT) is a Sparki control plane, and not a proxy or another \
             service."
        }
        Cause::NoAnswer { .. } => {
            "Try again, or allow more time with \"request_timeout_seconds\" (or SPARKI_REQUEST_TIMEOUT_SECONDS)."
        }
        Cause::Deadline { .. } => "Try again, or allow more time with \"timeouts\".",
        Cause::Authentication(error) => match error.cause() {
            Cause::Refused(_) => {
                "Check client_id and client_secret or, where the identity of a CI is exchanged, that the service \
                 account trusts it: issuer, subject and audience."
            }
            inner => advice(inner),
        },
        Cause::RateLimited { .. } => {
            "Run again later, with less parallelism, or ask for a higher rate limit."
        }
        Cause::Refused(_)
        | Cause::Lost { .. }
        | Cause::Cancelled
        | Cause::NoIdentity { .. }
        | Cause::Layer(_)
        | Cause::RepeatedCursor
        | Cause::BatchItem { .. }
        | Cause::WorkFailed { .. }
        | Cause::StrangeRegion { .. }
        | Cause::Request(_) => "",
    }
}

/// What the control plane said, and what the practitioner can do about it.
fn detail(problem: &Problem) -> String {
    let mut sentences = vec![capitalised(&problem.summary())];
    if let Some(id) = problem.existing_id() {
        sentences.push(format!("The existing object has the id {id}; import it or choose another name"));
    }
    if let Some(permission) = problem.permission() {
        sentences.push(format!("The permission {permission} is missing"));
    }
    if let Some(who) = problem.changed_by() {
        let fields = problem.changed_fields();
        let what = if fields.is_empty() { "it".to_owned() } else { fields.join(", ") };
        sentences.push(format!("Meanwhile {who} changed {what}; plan again"));
    }
    for (list, words) in [(problem.dependents(), "Depending on it"), (problem.path(), "The cycle")] {
        if !list.is_empty() {
            sentences.push(format!("{words}: {}", list.join(", ")));
        }
    }
    if let Some(advice) = advice_on_refusal(problem) {
        sentences.push(advice.to_owned());
    }
    if let Some(wait) = problem.retry_after {
        sentences.push(format!("The control plane asks to wait for {} s", wait.as_secs()));
    }
    sentences.join(". ") + "."
}

/// What the practitioner can do about a refusal that the control plane explains but gives no way out of.
fn advice_on_refusal(problem: &Problem) -> Option<&'static str> {
    match problem.status {
        StatusCode::UNAUTHORIZED => Some(
            "Check the credentials: token, api_key, client_id with client_secret, or the service account of the CI",
        ),
        StatusCode::FORBIDDEN => Some(
            "Have an administrator of the workspace grant what is missing to these credentials, or use others",
        ),
        StatusCode::NOT_FOUND if problem.is_absence() => Some(
            "Check ids and paths, and that these credentials may see the object: what they may not see is not found",
        ),
        StatusCode::NOT_FOUND => Some(
            "Check that \"endpoint\" (or SPARKI_ENDPOINT) is a Sparki control plane, with the right base path",
        ),
        StatusCode::LOCKED => Some("Apply again when the lock or freeze is over, or have it lifted"),
        _ => None,
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: u16, body: &str) -> String {
        let status = StatusCode::from_u16(status).unwrap();
        let problem = Problem::read(status, serde_json::from_str(body).unwrap()).unwrap();
        let error = ClientError::new("create the project", Cause::Refused(Box::new(problem)));
        RemoteError::from(error).into_diagnostics().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_value_is_told_once() {
        let body = r#"{"code":"validation_failed","detail":"\"name\" is too long.",
            "errors":[{"pointer":"/name","code":"length","detail":"\"name\" is too long."}]}"#;
        assert_eq!(
            shown(422, body),
            "error: Failed to create the project\n  at name\n  \"name\" is too long."
        );
    }

    #[test]
    fn a_refusal_of_the_whole_says_why() {
        let told = shown(
            409,
            r#"{"code":"in_use","detail":"It is used.","dependents":[{"kind":"project","name":"web"}]}"#,
        );
        assert!(told.contains("It is used") && told.contains("project \"web\""), "{told}");
    }

    #[test]
    fn a_refusal_without_a_way_out_gets_one() {
        let check_advice = |status, body, expected: &str| {
            let told = shown(status, body);
            assert!(told.ends_with(expected), "{told}");
        };
        check_advice(
            403,
            r#"{"code":"permission_denied","detail":"No.","permission":"project:create"}"#,
            "The permission project:create is missing. Have an administrator of the workspace grant what is missing to \
             these credentials, or use others.",
        );
        check_advice(
            404,
            r#"{"code":"not_found","detail":"No such workspace."}"#,
            "Check ids and paths, and that these credentials may see the object: what they may not see is not found.",
        );
        check_advice(
            404,
            r#"{"error":"Not Found"}"#,
            "Check that \"endpoint\" (or SPARKI_ENDPOINT) is a Sparki control plane, with the right base path.",
        );
        check_advice(
            423,
            r#"{"code":"locked","detail":"The environment is locked."}"#,
            "Apply again when the lock or freeze is over, or have it lifted.",
        );
    }
}
