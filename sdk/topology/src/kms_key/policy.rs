//! Who decides about a key. Pure.

use serde_json::{Value as Json, json};
use sparki_core::Value;

use crate::operation::PolicyText;

/// The only name that AWS takes for the policy of a key.
pub(super) const NAME: &str = "default";
/// The request without which a policy can never be changed again.
const PUT: &str = "kms:putkeypolicy";

/// The policy that AWS gives a key without one: the account decides by its policies in IAM. `arn` is that of the key.
pub(super) fn default_of(arn: &str) -> PolicyText {
    let mut parts = arn.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default());
    PolicyText::new(&json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{partition}:iam::{account}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }],
    }))
}

/// What the model says for a policy of the key with this ARN: nothing if it is AWS's default and none is known.
pub(super) fn shown(policy: &str, arn: &str, known: &Value<PolicyText>) -> Value<PolicyText> {
    let policy = sparki_core::FromText::from_text(policy);
    match known {
        Value::Known(known) if known.means(&policy) => Value::Known(known.clone()),
        Value::Null | Value::Unknown(_) if bare(&policy) == bare(&default_of(arn)) => Value::Null,
        Value::Known(_) | Value::Null | Value::Unknown(_) => Value::Known(policy),
    }
}

/// A policy without what only names it.
fn bare(policy: &PolicyText) -> Option<Json> {
    let mut document = policy.canonical()?;
    let members = document.as_object_mut()?;
    members.retain(|name, _| name == "Statement");
    let statements = members.get_mut("Statement").and_then(Json::as_array_mut)?;
    for statement in statements {
        statement.as_object_mut()?.remove("Sid");
    }
    Some(document)
}

/// Whether nobody could change the policy any more, as far as that can be told.
pub(super) fn locks_out(policy: &PolicyText) -> bool {
    let Some(document) = policy.canonical() else { return false };
    let statements = document["Statement"].as_array().map_or(&[][..], Vec::as_slice);
    let denies = |statement: &Json| {
        statement["Effect"] == "Deny"
            && statement["Condition"].is_null()
            && concerns(&statement["Action"])
            && names(&statement["Principal"]).any(|name| name == "*")
    };
    let allows = |statement: &Json| {
        // Whom and what a statement with exceptions is about cannot be told from here.
        let may_concern = concerns(&statement["Action"]) || !statement["NotAction"].is_null();
        let has_principal = names(&statement["Principal"]).next().is_some();
        statement["Effect"] == "Allow"
            && may_concern
            && (has_principal || !statement["NotPrincipal"].is_null())
    };
    statements.iter().any(denies) || !statements.iter().any(allows)
}

/// The principals of IAM; services cannot change policies.
fn names(principals: &Json) -> impl Iterator<Item = &str> {
    principals["AWS"].as_array().into_iter().flatten().filter_map(Json::as_str)
}

/// Whether one of these actions is, or covers, the change of the policy.
fn concerns(actions: &Json) -> bool {
    actions.as_array().into_iter().flatten().filter_map(Json::as_str).any(|pattern| covers(pattern, PUT))
}

/// Whether a pattern with `*` and `?` covers a name.
fn covers(pattern: &str, name: &str) -> bool {
    match (pattern.as_bytes().first(), name.as_bytes().first()) {
        (None, None) => true,
        (Some(b'*'), _) => (0..=name.len()).any(|skipped| covers(&pattern[1..], &name[skipped..])),
        (Some(wanted), Some(found)) if *wanted == b'?' || wanted == found => {
            covers(&pattern[1..], &name[1..])
        }
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1";

    fn check_lockout(statements: Json) -> bool {
        locks_out(&PolicyText::new(&json!({"Version": "2012-10-17", "Statement": statements})))
    }

    #[test]
    fn a_policy_must_leave_somebody_who_can_change_it() {
        let allow = |principal: Json, action: &str| json!({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"});
        let root = || json!({"AWS": "123456789012"});
        for action in ["kms:*", "*", "kms:Put*", "kms:PutKeyPolic?"] {
            assert!(!check_lockout(json!([allow(root(), action)])), "{action}");
        }
        assert!(check_lockout(json!([])));
        assert!(check_lockout(json!([allow(root(), "kms:Decrypt")])));
        assert!(check_lockout(json!([allow(json!({"Service": "eks.amazonaws.com"}), "kms:*")])));
        let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"});
        assert!(check_lockout(json!([allow(root(), "kms:*"), deny])));
        let but = json!({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "NotAction": "kms:Decrypt"});
        assert!(!check_lockout(json!([but])));
    }

    #[test]
    fn awss_default_is_the_same_as_none() {
        let default = default_of(ARN);
        assert_eq!(shown(default.as_str(), ARN, &Value::Null), Value::Null);
        assert_eq!(shown(default.as_str(), ARN, &default.clone().into()), default.clone().into());
        let unnamed = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"kms:*",
            "Resource":"*"}],"Version":"2012-10-17"}"#;
        assert_eq!(shown(unnamed, ARN, &Value::Null), Value::Null);
        let other = default.as_str().replace("kms:*", "kms:Decrypt");
        assert_eq!(shown(&other, ARN, &Value::Null).known().map(PolicyText::as_str), Some(&*other));
    }
}
