//! Requests for which AWS has no machine left.

use sparki_aws::{AwsError, Class};
use sparki_core::{Path, RemoteError};

/// The error of a request that AWS refused for `cause`. If that is because AWS has no machine left, the attribute that chose the
/// machine is at fault.
pub(crate) fn without_machine(error: RemoteError, cause: &AwsError, attribute: &'static str) -> RemoteError {
    if cause.class() != Class::Capacity {
        return error;
    }
    error.with_attribute(
        Path::attribute(attribute),
        format!("AWS has no machine left of the kind that \"{attribute}\" names"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: Class) -> String {
        let cause = AwsError::new(class, "There is not enough capacity");
        let error = cause.changing("failed to create the cluster");
        without_machine(error, &cause, "node_type").into_diagnostics().to_string()
    }

    #[test]
    fn the_attribute_that_chose_the_machine_is_named() {
        assert_eq!(
            check(Class::Capacity),
            "error: Failed to create the cluster\n  at node_type\n  AWS has no machine left of the kind that \"node_type\" \
             names. There is not enough capacity. Try another instance type or availability zone, or try again later."
        );
        assert_eq!(check(Class::Quota).lines().nth(1).map(|line| line.contains("node_type")), Some(false));
    }
}
