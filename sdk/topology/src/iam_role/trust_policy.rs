//! Typed trust as a policy, and back. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};
use sparki_core::Value;

use super::{OidcTrust, PrincipalTrust, Trust};
use crate::operation::PolicyText;

/// The service that gives roles to pods.
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";
const ASSUME: &str = "sts:AssumeRole";
const ASSUME_BY_TOKEN: &str = "sts:AssumeRoleWithWebIdentity";
const TAG: &str = "sts:TagSession";
const EXTERNAL_ID: &str = "sts:ExternalId";

/// The trust policy that says the same.
pub(super) fn policy(trust: &Trust) -> PolicyText {
    let mut statements = Vec::new();
    if let Some(services) = trust.services.known().filter(|services| !services.is_empty()) {
        statements.push(json!({"Effect": "Allow", "Principal": {"Service": services}, "Action": ASSUME}));
    }
    if trust.pod_identity.known() == Some(&true) {
        let principal = json!({"Service": POD_IDENTITY});
        statements.push(json!({"Effect": "Allow", "Principal": principal, "Action": [ASSUME, TAG]}));
    }
    statements.extend(trust.principals.known().into_iter().flatten().map(of_principals));
    statements.extend(trust.oidc_providers.known().into_iter().flatten().map(of_tokens));
    PolicyText::new(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn of_principals(trust: &PrincipalTrust) -> Json {
    let principals = trust.identifiers.known().cloned().unwrap_or_default();
    let mut statement = json!({"Effect": "Allow", "Principal": {"AWS": principals}, "Action": ASSUME});
    if let Some(id) = trust.external_id.known() {
        statement["Condition"] = json!({"StringEquals": {EXTERNAL_ID: id}});
    }
    statement
}

fn of_tokens(trust: &OidcTrust) -> Json {
    let provider = trust.provider_arn.known().map_or("", String::as_str);
    let issuer = issuer(provider);
    let [subjects, audiences] =
        [&trust.subjects, &trust.audiences].map(|texts| texts.known().cloned().unwrap_or_default());
    let of_subjects = Map::from_iter([(format!("{issuer}:sub"), json!(subjects))]);
    let mut equals = Map::from_iter([(format!("{issuer}:aud"), json!(audiences))]);
    let condition = if subjects.iter().any(|subject| subject.contains(['*', '?'])) {
        json!({"StringEquals": equals, "StringLike": of_subjects})
    } else {
        equals.extend(of_subjects);
        json!({"StringEquals": equals})
    };
    json!({
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ASSUME_BY_TOKEN,
        "Condition": condition,
    })
}

/// The issuer of a provider, as conditions name it.
fn issuer(provider_arn: &str) -> &str {
    provider_arn.split_once(":oidc-provider/").map_or("", |(_, issuer)| issuer)
}

/// The trust that a policy says; nothing if the typed form cannot say all of it, and nothing else.
pub(super) fn trust(policy: &PolicyText) -> Option<Trust> {
    let document = policy.canonical()?;
    let mut trust = Trust::blank();
    let (mut services, mut principals, mut oidc) = (BTreeSet::new(), Vec::new(), Vec::new());
    for statement in document["Statement"].as_array()? {
        let principal = &statement["Principal"];
        if let Some(provider) = principal["Federated"][0].as_str() {
            oidc.push(tokens(provider, &statement["Condition"])?);
        } else if principal["AWS"].is_array() {
            let external_id = statement["Condition"]["StringEquals"][EXTERNAL_ID][0].as_str();
            principals.push(PrincipalTrust {
                identifiers: texts(&principal["AWS"]).into(),
                external_id: external_id.map(str::to_owned).into(),
            });
        } else if principal["Service"][0] == POD_IDENTITY && statement["Action"].as_array()?.len() > 1 {
            trust.pod_identity = true.into();
        } else {
            services.extend(texts(&principal["Service"]));
        }
    }
    trust.services = (!services.is_empty()).then_some(services).into();
    trust.principals = (!principals.is_empty()).then_some(principals).into();
    trust.oidc_providers = (!oidc.is_empty()).then_some(oidc).into();
    // Whatever was not understood shows here.
    self::policy(&trust).means(policy).then_some(trust)
}

fn tokens(provider: &str, condition: &Json) -> Option<OidcTrust> {
    let (subject, audience) = (format!("{}:sub", issuer(provider)), format!("{}:aud", issuer(provider)));
    let equals = &condition["StringEquals"];
    let subjects =
        if equals[&subject].is_array() { &equals[&subject] } else { &condition["StringLike"][&subject] };
    let subjects = texts(subjects);
    (!subjects.is_empty()).then(|| OidcTrust {
        provider_arn: provider.into(),
        subjects: subjects.into(),
        audiences: texts(&equals[&audience]).into(),
    })
}

fn texts(list: &Json) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// What the model says for a trust policy: the typed form where it is known and still right, or where nothing is known.
pub(super) fn shown(
    found: PolicyText,
    (known, raw): (&Value<Trust>, &Value<PolicyText>),
) -> (Value<Trust>, Value<PolicyText>) {
    if let Some(raw) = raw.known() {
        let text = if raw.means(&found) { raw.clone() } else { found };
        return (Value::Null, text.into());
    }
    if known.known().is_some_and(|known| policy(known).means(&found)) {
        return (known.clone(), Value::Null);
    }
    match trust(&found) {
        Some(trust) => (trust.into(), Value::Null),
        None => (Value::Null, found.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
        texts.map(str::to_owned).into()
    }

    fn everything() -> Trust {
        let cluster = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A1";
        let ci = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
        Trust::new()
            .services(set(["ec2.amazonaws.com", "lambda.amazonaws.com"]))
            .pod_identity(true)
            .principals(vec![
                PrincipalTrust::new(set(["210987654321"])).external_id("x-1"),
                PrincipalTrust::new(set(["arn:aws:iam::123456789012:role/ops"])),
            ])
            .oidc_providers(vec![
                OidcTrust::new(cluster, set(["system:serviceaccount:web:shop"]))
                    .audiences(set(["sts.amazonaws.com"])),
                OidcTrust::new(ci, set(["repo:acme/shop:*"])).audiences(set(["sts.amazonaws.com"])),
            ])
    }

    #[test]
    fn every_part_of_the_trust_is_a_statement() {
        let document: Json = serde_json::from_str(policy(&everything()).as_str()).unwrap();
        let statements = document["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 6);
        assert_eq!(
            statements[0]["Principal"]["Service"],
            json!(["ec2.amazonaws.com", "lambda.amazonaws.com"])
        );
        assert_eq!(statements[1]["Action"], json!(["sts:AssumeRole", "sts:TagSession"]));
        assert_eq!(statements[2]["Condition"], json!({"StringEquals": {"sts:ExternalId": "x-1"}}));
        assert_eq!(
            statements[4]["Condition"],
            json!({"StringEquals": {
                "oidc.eks.us-east-1.amazonaws.com/id/A1:aud": ["sts.amazonaws.com"],
                "oidc.eks.us-east-1.amazonaws.com/id/A1:sub": ["system:serviceaccount:web:shop"],
            }})
        );
        assert_eq!(
            statements[5]["Condition"]["StringLike"],
            json!({"token.actions.githubusercontent.com:sub": ["repo:acme/shop:*"]})
        );
    }

    #[test]
    fn what_was_written_by_the_typed_form_reads_as_it() {
        let read = trust(&policy(&everything())).unwrap();
        assert!(policy(&read).means(&policy(&everything())));
        assert_eq!(read.services, everything().services);
        let service = Trust::new().services(set(["eks.amazonaws.com"]));
        assert_eq!(trust(&policy(&service)), Some(service));
    }

    #[test]
    fn what_the_typed_form_cannot_say_stays_json() {
        for statement in [
            json!({"Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}),
            json!({"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole",
                   "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
            json!({"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::1:saml-provider/x"},
                   "Action": "sts:AssumeRoleWithSAML"}),
            json!({"Sid": "a", "Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}),
        ] {
            let raw = PolicyText::new(&json!({"Version": "2012-10-17", "Statement": [statement]}));
            assert_eq!(trust(&raw), None, "{raw:?}");
            assert_eq!(shown(raw.clone(), (&everything().into(), &Value::Null)), (Value::Null, raw.into()));
        }
    }

    #[test]
    fn the_form_that_is_known_is_kept() {
        let typed = Trust::new().services(set(["eks.amazonaws.com"]));
        let text = policy(&typed);
        assert_eq!(
            shown(text.clone(), (&typed.clone().into(), &Value::Null)),
            (typed.clone().into(), Value::Null)
        );
        assert_eq!(shown(text.clone(), (&Value::Null, &Value::Null)), (typed.into(), Value::Null));
        assert_eq!(shown(text.clone(), (&Value::Null, &text.clone().into())), (Value::Null, text.into()));
    }
}
