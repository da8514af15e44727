//! Whether the credentials belong to an account that may be touched.

use std::collections::BTreeSet;

use sparki_core::{RemoteError, RemoteErrorKind};

use crate::AwsError;

const DOING: &str = "failed to check the AWS account";

/// Asks whose credentials these are, and refuses accounts that are not allowed. Returns the account.
pub(crate) async fn check(
    sts: &aws_sdk_sts::Client,
    allowed: &BTreeSet<String>,
) -> Result<String, RemoteError> {
    let identity =
        sts.get_caller_identity().send().await.map_err(|error| AwsError::from(error).reading(DOING))?;
    let account = identity.account().unwrap_or_default();
    verdict(account, allowed)?;
    Ok(account.to_owned())
}

fn verdict(account: &str, allowed: &BTreeSet<String>) -> Result<(), RemoteError> {
    if allowed.is_empty() || allowed.contains(account) {
        return Ok(());
    }
    let list: Vec<_> = allowed.iter().map(String::as_str).collect();
    Err(RemoteError::new(RemoteErrorKind::PermissionDenied, DOING).with_detail(format!(
        "The credentials belong to the account {account:?}, and \"allowed_account_ids\" allows only {}. Nothing was \
         touched. Use the credentials of an allowed account, or add this one to \"allowed_account_ids\".",
        list.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_is_not_allowed_is_refused() {
        let allowed = BTreeSet::from(["111111111111".to_owned()]);
        assert!(verdict("111111111111", &allowed).is_ok());
        assert!(verdict("222222222222", &BTreeSet::new()).is_ok());
        let error = verdict("222222222222", &allowed).unwrap_err();
        assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied);
        assert!(error.to_string().contains("\"222222222222\""), "{error}");
    }
}
