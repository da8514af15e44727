//! Requests about several objects, whose answers are good although AWS has refused some of them.

use aws_sdk_ec2::types::UnsuccessfulItem;
use sparki_aws::{AwsError, Class};

/// The first refusal of an answer, if there is one. `what` says what AWS did not do.
pub(crate) fn refused(unsuccessful: &[UnsuccessfulItem], what: &str) -> Result<(), AwsError> {
    let Some(item) = unsuccessful.first() else { return Ok(()) };
    let error = item.error();
    let (code, message) = (error.and_then(|it| it.code()), error.and_then(|it| it.message()));
    let told = format!("{what}: {}", message.or(code).unwrap_or("AWS gave no reason"));
    Err(match code {
        Some(code) => AwsError::told(code, told),
        None => AwsError::new(Class::Other, told),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;

    use super::*;

    fn check(code: Option<&str>, message: &str) -> (Class, String) {
        let error = UnsuccessfulItemError::builder().set_code(code.map(str::to_owned)).message(message);
        let item = UnsuccessfulItem::builder().resource_id("fl-1").error(error.build()).build();
        let error = refused(&[item], "The flow log could not be removed").unwrap_err();
        (error.class(), error.message().to_owned())
    }

    #[test]
    fn a_refusal_means_what_its_code_says() {
        assert_eq!(refused(&[], "The flow log could not be removed"), Ok(()));
        assert_eq!(check(Some("InvalidFlowLogId.NotFound"), "gone").0, Class::NotFound);
        assert_eq!(check(Some("UnauthorizedOperation"), "no").0, Class::AccessDenied);
        assert_eq!(check(Some("InternalError"), "later").0, Class::Unavailable);
        let told = "The flow log could not be removed: no".to_owned();
        assert_eq!(check(None, "no"), (Class::Other, told));
    }
}
