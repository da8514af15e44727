//! What AWS's error codes mean.

/// What a failure of AWS means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// The object, or one it refers to, does not exist.
    NotFound,
    /// The object exists already, or its status forbids the request.
    Conflict,
    /// Something the request refers to was just made and is not visible everywhere yet.
    Propagating,
    /// Too many requests.
    Throttled,
    /// The credentials do not allow the request.
    AccessDenied,
    /// The credentials are missing, wrong or expired.
    Unauthenticated,
    /// A quota of the account is used up.
    Quota,
    /// AWS has no capacity of the kind that was asked for.
    Capacity,
    /// A value was refused.
    Invalid,
    /// The service could not be reached or could not answer.
    Unavailable,
    /// The answer was not one of AWS's.
    Garbled,
    /// Anything else.
    Other,
}

/// Texts by which AWS says that a role, a user or a key was made too recently, from the create calls of EKS and of RDS;
/// compared in lower case.
const PROPAGATING: &[(&str, &str)] = &[
    ("role", "does not exist"),
    ("role", "cannot be assumed"),
    ("role", "could not be assumed"),
    ("role", "unable to assume"),
    ("role", "enhanced_monitoring"),
    ("role", "error in role params"),
    ("role", "managed policies associated"),
    ("role", "policy must include"),
    ("role", "not authorized to perform: sts:assumerole"),
    ("principalarn", "invalid principal"),
    ("key", "not accessible"),
    ("key", "does not exist"),
    ("policy", "invalid principal"),
    ("policy", "unsupported principal"),
];

/// Classifies an answer with an error code. `code` is the one on the wire, which for query services differs from the
/// name of the shape: `DBInstanceNotFound`, not `DBInstanceNotFoundFault`.
pub(crate) fn classify(code: &str, message: &str, status: u16) -> Class {
    let stem = code.trim_end_matches("Exception").trim_end_matches("Fault").trim_end_matches("Error");
    let class = match stem {
        "ResourcePropagationDelay" | "KMSKeyNotAccessible" => Class::Propagating,
        "Throttling"
        | "Throttled"
        | "RequestThrottled"
        | "TooManyRequests"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "EC2Throttled"
        | "ProvisionedThroughputExceeded"
        | "TransactionInProgress" => Class::Throttled,
        "AccessDenied"
        | "UnauthorizedOperation"
        | "Unauthorized"
        | "NotAuthorized"
        | "Authorization"
        | "Forbidden" => Class::AccessDenied,
        "AuthFailure"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "UnrecognizedClient"
        | "SignatureDoesNotMatch"
        | "InvalidSignature"
        | "MissingAuthenticationToken"
        | "IncompleteSignature"
        | "RequestExpired"
        | "InvalidAccessKeyId"
        | "InvalidToken"
        | "InvalidIdentityToken" => Class::Unauthenticated,
        "ServiceUnavailable" | "Unavailable" | "Server" | "InternalFailure" | "Internal"
        | "InternalServer" | "InternalService" => Class::Unavailable,
        "ResourceInUse"
        | "ResourceExists"
        | "Conflict"
        | "DeleteConflict"
        | "ConcurrentModification"
        | "OperationAborted"
        | "InvalidState"
        // Another request under the token of this one was carried out before.
        | "IdempotentParameterMismatch"
        | "KMSInvalidState"
        | "InvalidRequest"
        | "OperationNotPermitted"
        | "PreconditionFailed"
        | "BucketAlreadyOwnedByYou"
        | "BucketNotEmpty"
        | "DistributionNotDisabled"
        | "DependencyViolation"
        | "IncorrectState" => Class::Conflict,
        "InvalidParameter"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "Validation"
        | "BadRequest"
        | "Client"
        | "UnsupportedAvailabilityZone"
        | "MalformedPolicyDocument" => Class::Invalid,
        _ if stem.ends_with("NotFound") || stem.starts_with("NoSuch") => Class::NotFound,
        _ if stem.ends_with("NotAttached") => Class::NotFound,
        _ if stem.ends_with("AlreadyExists") || stem.ends_with("InUse") => Class::Conflict,
        _ if stem.ends_with("AlreadyAssociated") || stem.ends_with(".Duplicate") => Class::Conflict,
        _ if stem.starts_with("Duplicate") => Class::Conflict,
        _ if stem.starts_with("Invalid") && stem.ends_with("State") => Class::Conflict,
        _ if stem.contains("Quota") || stem.ends_with("LimitExceeded") => Class::Quota,
        // What is left of them is no throttling: TooManyLoadBalancers, TooManyBuckets.
        _ if stem.starts_with("TooMany") => Class::Quota,
        _ if stem.starts_with("Insufficient") && stem.contains("Capacity") => Class::Capacity,
        _ if stem.starts_with("Invalid") || stem.starts_with("Malformed") => Class::Invalid,
        _ if status == 429 => Class::Throttled,
        _ if status >= 500 => Class::Unavailable,
        _ if status == 403 => Class::AccessDenied,
        _ => Class::Other,
    };
    match class {
        Class::Invalid | Class::Conflict if is_propagating(message) => Class::Propagating,
        other => other,
    }
}

/// Classifies an answer without an error code. That is never an answer of AWS itself, so a 404 here does not say that
/// an object is gone.
pub(crate) fn classify_status(status: u16) -> Class {
    match status {
        429 => Class::Throttled,
        // The endpoint does not know the request, as stand-ins say.
        501 => Class::Garbled,
        500.. => Class::Unavailable,
        _ => Class::Garbled,
    }
}

fn is_propagating(message: &str) -> bool {
    let message = message.to_lowercase();
    PROPAGATING.iter().any(|(subject, text)| message.contains(subject) && message.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_classified_as_they_stand_on_the_wire() {
        let cases = [
            ("ResourceNotFoundException", Class::NotFound),
            ("DBInstanceNotFound", Class::NotFound),
            ("ReplicationGroupNotFoundFault", Class::NotFound),
            ("NoSuchEntity", Class::NotFound),
            ("ResourceInUseException", Class::Conflict),
            ("InvalidRequestException", Class::Conflict),
            ("InvalidReplicationGroupState", Class::Conflict),
            ("DBInstanceAlreadyExists", Class::Conflict),
            ("DependencyViolation", Class::Conflict),
            ("InvalidGroup.Duplicate", Class::Conflict),
            ("InvalidVpcID.NotFound", Class::NotFound),
            ("NatGatewayNotFound", Class::NotFound),
            ("VpcLimitExceeded", Class::Quota),
            ("ResourceExistsException", Class::Conflict),
            ("DeleteConflict", Class::Conflict),
            ("ConcurrentModification", Class::Conflict),
            ("KMSInvalidStateException", Class::Conflict),
            ("BucketAlreadyOwnedByYou", Class::Conflict),
            ("BucketNotEmpty", Class::Conflict),
            ("DuplicateLoadBalancerName", Class::Conflict),
            ("TooManyBuckets", Class::Quota),
            ("ResourcePropagationDelayException", Class::Propagating),
            ("KMSKeyNotAccessibleFault", Class::Propagating),
            ("ThrottlingException", Class::Throttled),
            ("AccessDeniedException", Class::AccessDenied),
            ("ExpiredTokenException", Class::Unauthenticated),
            ("UnrecognizedClientException", Class::Unauthenticated),
            ("ResourceLimitExceededException", Class::Quota),
            ("ServiceQuotaExceededException", Class::Quota),
            ("InsufficientInstanceCapacity", Class::Capacity),
            ("InsufficientDBInstanceCapacityFault", Class::Capacity),
            ("UnsupportedAvailabilityZoneException", Class::Invalid),
            ("InvalidParameterException", Class::Invalid),
            ("ValidationError", Class::Invalid),
            ("ServerException", Class::Unavailable),
            ("InternalFailure", Class::Unavailable),
            ("SomethingNew", Class::Other),
        ];
        for (code, class) in cases {
            assert_eq!(classify(code, "", 400), class, "{code}");
        }
        assert_eq!(classify("SomethingNew", "", 503), Class::Unavailable);
    }

    #[test]
    fn a_role_that_was_just_made_is_told_from_a_wrong_value() {
        let invalid = |message| classify("InvalidParameterException", message, 400);
        assert_eq!(invalid("roleArn, arn:aws:iam::1:role/x, does not exist"), Class::Propagating);
        assert_eq!(
            invalid("Role with arn: x, could not be assumed because it does not exist"),
            Class::Propagating
        );
        assert_eq!(
            invalid(
                "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
            ),
            Class::Propagating
        );
        assert_eq!(invalid("RDS is unable to assume the role arn:aws:iam::1:role/x"), Class::Propagating);
        assert_eq!(
            invalid("Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/x\""),
            Class::Propagating
        );
        assert_eq!(invalid("The subnet ID 'subnet-1' does not exist"), Class::Invalid);
    }

    #[test]
    fn an_answer_without_a_code_never_says_that_an_object_is_gone() {
        assert_eq!(classify_status(404), Class::Garbled);
        assert_eq!(classify_status(501), Class::Garbled);
        assert_eq!(classify_status(502), Class::Unavailable);
    }
}
