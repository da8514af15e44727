//! The account that an object is in.

use sparki_core::Value;

/// The account in an ARN, `arn:aws:eks:us-east-1:123456789012:cluster/main`; null if there is none in it.
pub(crate) fn account_of(arn: &Value<String>) -> Value<String> {
    match arn {
        Value::Known(arn) => {
            arn.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned).into()
        }
        Value::Null => Value::Null,
        Value::Unknown(_) => Value::unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_the_fifth_part() {
        let account = |arn: &str| account_of(&arn.into());
        assert_eq!(account("arn:aws:eks:us-east-1:123456789012:cluster/main"), "123456789012".into());
        assert_eq!(account("main"), Value::Null);
        assert_eq!(account_of(&Value::unknown()), Value::unknown());
    }
}
