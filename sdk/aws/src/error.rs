//! A failed request to AWS.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_eks::config::http::HttpResponse;
use aws_sdk_eks::error::{ProvideErrorMetadata, SdkError};
use aws_types::request_id::RequestId;
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::chain::{chain, first_line, told};
use crate::code::{Class, classify, classify_status};
use crate::credentials::advice;
use crate::place::{self, Placed};

/// A failed request to AWS. `Display` is AWS's own reason, or why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    class: Class,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    maybe_applied: bool,
    /// What to do, where the class alone does not say: full sentences after a space.
    advice: Option<&'static str>,
}

impl AwsError {
    /// A failure that no answer of AWS says, found by looking at one.
    #[must_use]
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { class, code: None, message, request_id: None, maybe_applied: false, advice: None }
    }

    /// A failure that AWS tells in an answer that is otherwise good, by its own name for it.
    #[must_use]
    pub fn told(code: &str, message: impl Into<String>) -> Self {
        // A status below 500 says nothing of its own.
        let message = message.into();
        Self { code: Some(code.to_owned()), ..Self::new(classify(code, &message, 400), message) }
    }

    /// The same answer of AWS, told as the failure of something that had to come before the request that was to be sent.
    pub(crate) fn retold(self, class: Class, message: String, advice: Option<&'static str>) -> Self {
        Self { class, message, advice, maybe_applied: false, ..self }
    }

    /// What the failure means.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// AWS's own name for the failure; none if AWS did not answer.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// AWS's own reason.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the object does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.class == Class::NotFound
    }

    /// Whether the same request may well succeed in a moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.class, Class::Throttled | Class::Unavailable)
    }

    /// Whether the object is busy with an earlier change.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        const BUSY: [&str; 9] = [
            "in progress",
            "currently not in active",
            "available state",
            "try again later",
            "request later",
            "is creating",
            "is updating",
            "submitted simultaneously",
            "has pending changes",
        ];
        let message = self.message.to_lowercase();
        self.class == Class::Conflict && BUSY.iter().any(|text| message.contains(text))
    }

    /// Whether AWS had no need to do anything, because things are already as the request wants them.
    #[must_use]
    pub fn is_unneeded(&self) -> bool {
        let message = self.message.to_lowercase();
        matches!(self.class, Class::Invalid | Class::Conflict)
            && (message.contains("no changes needed")
                || message.contains("no update")
                || message.contains("already at the desired"))
    }

    /// Whether the request may have taken effect although no good answer came back.
    #[must_use]
    pub fn maybe_applied(&self) -> bool {
        self.maybe_applied
    }

    /// The same, where the request refers only to what was just made: that it does not exist will pass.
    #[must_use]
    pub fn of_what_was_just_made(self) -> Self {
        match self.class {
            Class::NotFound => Self { class: Class::Propagating, ..self },
            _ => self,
        }
    }

    /// The error for a request that only looks: `error.reading("failed to read the cluster")`.
    #[must_use]
    pub fn reading(&self, doing: impl Into<String>) -> RemoteError {
        RemoteError::new(self.kind(), doing)
            .with_detail(self.detail())
            .with_correlation_id(self.request_id.clone())
    }

    /// The error for a request that changes something: it says so if the change may have taken effect.
    #[must_use]
    pub fn changing(&self, doing: impl Into<String>) -> RemoteError {
        self.reading(doing).with_maybe_applied(self.maybe_applied)
    }

    fn kind(&self) -> RemoteErrorKind {
        match self.class {
            Class::NotFound => RemoteErrorKind::NotFound,
            Class::Conflict => RemoteErrorKind::Conflict,
            Class::Propagating | Class::Invalid => RemoteErrorKind::Invalid,
            Class::Throttled => RemoteErrorKind::Throttled,
            Class::AccessDenied => RemoteErrorKind::PermissionDenied,
            Class::Unauthenticated => RemoteErrorKind::Unauthenticated,
            Class::Unavailable => RemoteErrorKind::Unavailable,
            Class::Garbled => RemoteErrorKind::Garbled,
            Class::Quota | Class::Capacity | Class::Other => RemoteErrorKind::Other,
        }
    }

    fn detail(&self) -> String {
        let usual = match self.class {
            Class::AccessDenied => " Allow the request in a policy of the credentials in use.",
            Class::Unauthenticated if self.code.is_some() => {
                " Check that the credentials are valid, have not expired, and belong to this partition of AWS."
            }
            Class::Quota => " Ask for a higher quota in Service Quotas, or remove what is not used any more.",
            Class::Capacity => " Try another instance type or availability zone, or try again later.",
            Class::Throttled => " Try again later, or run fewer operations at once (\"-parallelism\").",
            Class::Propagating => {
                " It was retried for a while, as roles and keys take some time to be known everywhere."
            }
            Class::Unauthenticated
            | Class::NotFound
            | Class::Conflict
            | Class::Invalid
            | Class::Unavailable
            | Class::Garbled
            | Class::Other => "",
        };
        let code = self.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        let message = self.message.trim_end_matches('.');
        let advice = self.advice.unwrap_or(usual);
        format!("{message}{code}.{advice}")
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for AwsError {}

impl<E> From<SdkError<E, HttpResponse>> for AwsError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let request_id = error.raw_response().and_then(|response| response.request_id().map(str::to_owned));
        match (error.code(), status) {
            (Some(code), Some(status)) => {
                let message = first_line(error.message().unwrap_or("AWS gave no reason")).to_owned();
                let class = classify(code, &message, status);
                let message =
                    match error.raw_response().and_then(|response| response.headers().get(place::HEADER)) {
                        Some(place) if class == Class::Unavailable => {
                            format!("{} ({place})", message.trim_end_matches('.'))
                        }
                        Some(_) | None => message,
                    };
                let maybe_applied = class == Class::Unavailable;
                let code = Some(code.to_owned());
                Self { code, request_id, maybe_applied, ..Self::new(class, message) }
            }
            (_, Some(status)) => Self {
                request_id,
                maybe_applied: !(400..500).contains(&status),
                ..Self::new(classify_status(status), unlike_aws(status))
            },
            (_, None) => unanswered(&error),
        }
    }
}

fn unlike_aws(status: u16) -> String {
    format!(
        "The endpoint answered with HTTP status {status} and nothing that AWS would say. Check \"endpoint_url\" and \
         \"endpoints\"; a stand-in may not have implemented this request"
    )
}

/// The failure of a request to which no answer came: it could not be built, signed, sent or waited for.
fn unanswered<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> AwsError {
    if let Some(credentials) = chain(error).find_map(|error| error.downcast_ref::<CredentialsError>()) {
        // A role that was not taken on.
        if let Some(refused) = chain(credentials).find_map(|error| error.downcast_ref::<AwsError>()) {
            return refused.clone();
        }
        // The outermost text only names the variant; what follows says why.
        let reason = credentials.source().map(told).unwrap_or_default();
        return AwsError::new(Class::Unauthenticated, advice(&reason));
    }
    let placed = chain(error).find_map(|error| error.downcast_ref::<Placed>());
    let reason = placed.and_then(Error::source).map_or_else(|| told(error), told);
    let place = placed.map(|placed| format!(" ({})", placed.place)).unwrap_or_default();
    match error {
        SdkError::ConstructionFailure(_) => {
            AwsError::new(Class::Invalid, format!("The request could not be built: {reason}"))
        }
        SdkError::TimeoutError(_) => AwsError {
            maybe_applied: true,
            ..AwsError::new(Class::Unavailable, format!("AWS did not answer in time{place}: {reason}"))
        },
        SdkError::DispatchFailure(failure) => {
            let never_sent = failure.is_user()
                || ["dns error", "onnection refused", "tcp connect"].iter().any(|text| reason.contains(text));
            AwsError {
                maybe_applied: !never_sent,
                ..AwsError::new(
                    Class::Unavailable,
                    format!(
                        "AWS could not be reached{place}: {reason}. Check the network, proxies, the region and \
                         \"endpoint_url\""
                    ),
                )
            }
        }
        _ => AwsError {
            maybe_applied: true,
            ..AwsError::new(Class::Garbled, format!("The answer is not AWS's: {reason}"))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_code_and_the_id_of_the_request() {
        let error = AwsError {
            code: Some("ResourceLimitExceededException".into()),
            request_id: Some("r-1".into()),
            ..AwsError::new(Class::Quota, "You have reached the limit of 100 clusters.")
        };
        assert_eq!(
            error.changing("failed to create the cluster").into_diagnostics().to_string(),
            "error: Failed to create the cluster\n  You have reached the limit of 100 clusters \
             (ResourceLimitExceededException). Ask for a higher quota in Service Quotas, or remove what is not used any \
             more.\n  Correlation id: r-1"
        );
    }

    #[test]
    fn a_busy_object_is_told_from_one_that_exists_already() {
        let conflict = |message| AwsError::new(Class::Conflict, message);
        assert!(
            conflict("Cannot LoggingUpdate because cluster currently has update x in progress").is_busy()
        );
        assert!(conflict("Database instance is not in available state: shop is modifying.").is_busy());
        assert!(conflict("Source database instance shop is backing-up. Try your request later").is_busy());
        assert!(conflict("arn:aws:kms:us-east-1:1:key/mrk-1 is creating.").is_busy());
        assert!(conflict("Parameter group shop-postgres15 has pending changes").is_busy());
        assert!(!conflict("arn:aws:kms:us-east-1:1:key/mrk-1 is pending deletion.").is_busy());
        assert!(!conflict("Cluster already exists with name: main").is_busy());
        assert!(!conflict("Cluster has nodegroups attached").is_busy());
    }

    #[test]
    fn only_the_first_line_of_a_reason_is_kept() {
        let source = std::io::Error::other("signature differs\nx-amz-security-token:secret");
        assert_eq!(told(&source), "signature differs");
    }
}
