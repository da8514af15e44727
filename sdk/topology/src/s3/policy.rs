//! The policy of a bucket: the practitioner's statements, and ours that refuses requests without TLS.

use serde_json::{Value as Document, json};

use crate::operation::plain;

/// Name of the statement that refuses requests without TLS.
const REQUIRE_TLS: &str = "SparkiRequireTls";

/// The whole policy of a bucket, the practitioner's statements as they were written; none if nothing is to stand in it.
pub(crate) fn composed(own: Option<&Document>, require_tls: Option<&str>) -> Option<Document> {
    let ours = require_tls.map(require_tls_on);
    match (own, ours) {
        (Some(own), Some(ours)) => {
            let statements = match own.get("Statement").cloned() {
                Some(Document::Array(statements)) => statements,
                Some(one) => vec![one],
                None => Vec::new(),
            };
            let mut policy = own.clone();
            if let Some(members) = policy.as_object_mut() {
                let statements = statements.into_iter().chain([ours]).collect();
                members.insert("Statement".into(), statements);
            }
            Some(policy)
        }
        (Some(own), None) => Some(own.clone()),
        (None, Some(ours)) => Some(json!({"Version": "2012-10-17", "Statement": [ours]})),
        (None, None) => None,
    }
}

/// The practitioner's part of a policy, and whether requests without TLS are refused, of the bucket with this ARN.
pub(crate) fn split(policy: Option<&Document>, arn: &str) -> (Option<Document>, bool) {
    let Some(policy) = policy else { return (None, false) };
    let mut rest = policy.clone();
    let statements = match &policy["Statement"] {
        Document::Array(statements) => statements.clone(),
        Document::Object(_) => vec![policy["Statement"].clone()],
        _ => return (Some(rest), false),
    };
    let form = |statement: &Document| plain(&json!({"Statement": [statement]}))["Statement"].clone();
    let ours = form(&require_tls_on(arn));
    let (ours, own): (Vec<_>, Vec<_>) = statements.into_iter().partition(|statement| form(statement) == ours);
    let is_required = !ours.is_empty();
    let is_ours_alone = is_required && own.is_empty();
    rest["Statement"] = own.into();
    ((!is_ours_alone).then_some(rest), is_required)
}

/// The statement that refuses every request without TLS to the bucket with this ARN and to what is in it.
fn require_tls_on(arn: &str) -> Document {
    json!({
        "Sid": REQUIRE_TLS,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, format!("{arn}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:s3:::logs";

    fn own() -> Document {
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": ["123456789012"]}, "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::logs/*"],
        }]})
    }

    #[test]
    fn what_was_put_together_comes_apart_again() {
        let check = |own: Option<&Document>, tls: Option<&str>| split(composed(own, tls).as_ref(), ARN);
        assert_eq!(check(None, None), (None, false));
        assert_eq!(check(None, Some(ARN)), (None, true));
        assert_eq!(check(Some(&own()), Some(ARN)), (Some(own()), true));
        assert_eq!(check(Some(&own()), None), (Some(own()), false));
    }

    #[test]
    fn a_statement_of_ours_that_something_else_changed_is_not_ours_any_more() {
        let mut policy = composed(None, Some(ARN)).unwrap();
        policy["Statement"][0]["Action"] = "s3:GetObject".into();
        let (rest, is_required) = split(Some(&policy), ARN);
        assert!(!is_required);
        assert_eq!(rest.unwrap()["Statement"][0]["Sid"], REQUIRE_TLS);
    }
}
