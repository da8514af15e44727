//! From the provider block to the role that is taken on.

use sparki_aws::AssumeRole;
use sparki_core::Diagnostic;

use crate::AwsModel;
use crate::configure::{Missing, settled};

/// The role, if there is to be one.
pub(super) fn assume_role(aws: &AwsModel) -> Result<Option<AssumeRole>, Missing> {
    let Some(role) = settled(&aws.assume_role, "aws.assume_role")? else { return Ok(None) };
    let name = |attribute: &str| format!("aws.assume_role.{attribute}");
    let Some(role_arn) = settled(&role.role_arn, &name("role_arn"))? else { return Ok(None) };
    let duration = settled(&role.duration, &name("duration"))?.map(|text| text.duration()).transpose();
    let duration = duration.map_err(|error| {
        Missing::Refused(Diagnostic::error("Invalid value", format!("\"{}\" {error}.", name("duration"))))
    })?;
    Ok(Some(AssumeRole {
        role_arn,
        session_name: settled(&role.session_name, &name("session_name"))?,
        external_id: settled(&role.external_id, &name("external_id"))?,
        duration,
        policy: settled(&role.policy, &name("policy"))?.map(|policy| policy.as_str().to_owned()),
        policy_arns: settled(&role.policy_arns, &name("policy_arns"))?.unwrap_or_default(),
        tags: settled(&role.tags, &name("tags"))?.unwrap_or_default(),
        transitive_tag_keys: settled(&role.transitive_tag_keys, &name("transitive_tag_keys"))?
            .unwrap_or_default(),
        source_identity: settled(&role.source_identity, &name("source_identity"))?,
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use sparki_core::{Model, Value};

    use super::*;
    use crate::AssumeRoleModel;

    const ROLE: &str = "arn:aws:iam::222222222222:role/deployer";

    fn check(role: AssumeRoleModel) -> Result<Option<AssumeRole>, Missing> {
        assume_role(&AwsModel::new().assume_role(role))
    }

    #[test]
    fn what_is_set_about_the_session_reaches_aws() {
        let role = AssumeRoleModel::new(ROLE)
            .duration("30m")
            .external_id("shop")
            .tags(BTreeMap::from([("team".to_owned(), "platform".to_owned())]));
        let expected = AssumeRole {
            duration: Some(Duration::from_secs(1800)),
            external_id: Some("shop".to_owned()),
            tags: BTreeMap::from([("team".to_owned(), "platform".to_owned())]),
            ..AssumeRole::new(ROLE)
        };
        assert!(check(role).is_ok_and(|role| role == Some(expected)));
        assert!(assume_role(&AwsModel::new()).is_ok_and(|role| role.is_none()));
    }

    #[test]
    fn a_role_that_is_not_known_yet_has_to_wait() {
        match check(AssumeRoleModel::new(Value::unknown())) {
            Err(Missing::Pending(reason)) => {
                assert!(reason.to_string().contains("aws.assume_role.role_arn"), "{reason}");
            }
            Ok(_) | Err(Missing::Refused(_)) => panic!("it has to wait"),
        }
    }

    #[test]
    fn what_aws_has_no_sessions_for_is_refused() {
        let problems = |role: AssumeRoleModel| -> String {
            let encoded = role.encode();
            let attributes = AssumeRoleModel::schema().attributes;
            let checks = attributes.iter().flat_map(|attribute| {
                let value = encoded.attribute(attribute.name);
                attribute
                    .validators
                    .iter()
                    .filter_map(|check| check.check(value).err().map(|told| (attribute.name, told)))
            });
            checks.map(|(name, told)| format!("{name} {told}\n")).collect()
        };
        let role = || AssumeRoleModel::new(ROLE);
        assert_eq!(problems(role().session_name("ci@acme").duration("12h").source_identity("raven")), "");
        assert_eq!(
            problems(AssumeRoleModel::new("arn:aws:iam::222222222222:user/ci")),
            "role_arn must be the ARN of an IAM role\n"
        );
        assert_eq!(problems(role().duration("10m")), "duration must be between 15m and 12h\n");
        assert_eq!(problems(role().duration("12h1s")), "duration must be between 15m and 12h\n");
        assert_eq!(
            problems(role().session_name("a b")),
            "session_name must have only letters, digits and the signs _+=,.@-\n"
        );
        assert!(problems(role().session_name("a")).starts_with("session_name must"));
        assert!(problems(role().source_identity("x".repeat(65))).starts_with("source_identity must"));
    }
}
