//! A role whose rights the credentials take on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleInputBuilder;
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};

use crate::{AwsError, Class};

/// The name of sessions that nobody names.
const SESSION: &str = "sparki";

/// A role to take on with the credentials that were found, and how. AWS refuses what is not allowed together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session, which AWS shows in its logs; `sparki` if there is none.
    pub session_name: Option<String>,
    /// What the role asks of those from other accounts, so that they cannot be tricked into taking it on for somebody else.
    pub external_id: Option<String>,
    /// How long the credentials of a session last, 15 minutes to 12 hours, before the role is taken on again; an hour if it is
    /// not set.
    pub duration: Option<Duration>,
    /// A policy in JSON that restricts the session further.
    pub policy: Option<String>,
    /// ARNs of policies that restrict the session further.
    pub policy_arns: BTreeSet<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// Keys of tags that stay when the session takes on another role.
    pub transitive_tag_keys: BTreeSet<String>,
    /// Who is behind the session. It stays when the session takes on another role.
    pub source_identity: Option<String>,
}

impl AssumeRole {
    /// The role, with nothing said about the session.
    #[must_use]
    pub fn new(role_arn: impl Into<String>) -> Self {
        Self { role_arn: role_arn.into(), ..Self::default() }
    }

    /// The account of the role; none if this is no ARN.
    pub(crate) fn account(&self) -> Option<&str> {
        self.role_arn.split(':').nth(4).filter(|account| !account.is_empty())
    }

    fn request(&self) -> AssumeRoleInputBuilder {
        let policies = self.policy_arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build());
        let tags = self.tags.iter().map(|(key, value)| {
            Tag::builder().key(key).value(value).build().expect("it has a key and a value")
        });
        AssumeRoleInputBuilder::default()
            .role_arn(&self.role_arn)
            .role_session_name(self.session_name.as_deref().unwrap_or(SESSION))
            .set_external_id(self.external_id.clone())
            .set_duration_seconds(self.duration.and_then(|length| length.as_secs().try_into().ok()))
            .set_policy(self.policy.clone())
            .set_policy_arns(unless_empty(policies.collect()))
            .set_tags(unless_empty(tags.collect()))
            .set_transitive_tag_keys(unless_empty(self.transitive_tag_keys.iter().cloned().collect()))
            .set_source_identity(self.source_identity.clone())
    }
}

/// The list; nothing where it is empty, as AWS takes an empty list for a mistake.
fn unless_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

/// Where the credentials of a role come from. The SDK's own source of them knows no source identity and no transitive tags, and
/// its refusals name neither the role nor who asked.
#[derive(Debug)]
pub(crate) struct RoleCredentials {
    role: AssumeRole,
    /// Asks with the credentials that take the role on.
    sts: aws_sdk_sts::Client,
}

impl RoleCredentials {
    pub(crate) fn new(role: AssumeRole, sts: aws_sdk_sts::Client) -> Self {
        Self { role, sts }
    }

    async fn assume(&self) -> Result<Credentials, CredentialsError> {
        match self.role.request().send_with(&self.sts).await {
            Ok(session) => credentials(&self.role, session).map_err(CredentialsError::provider_error),
            Err(error) => Err(CredentialsError::provider_error(self.refusal(&error.into()).await)),
        }
    }

    /// What to tell where the role was not taken on.
    async fn refusal(&self, error: &AwsError) -> AwsError {
        // Whoever has credentials may ask whose they are; no policy is needed for it.
        let identity = match error.code() {
            Some(_) => self.sts.get_caller_identity().send().await.ok(),
            None => None,
        };
        let who = identity.as_ref().and_then(|identity| identity.arn());
        refused(&self.role.role_arn, who, error)
    }
}

impl ProvideCredentials for RoleCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

fn credentials(role: &AssumeRole, session: AssumeRoleOutput) -> Result<Credentials, AwsError> {
    let garbled = || {
        let text = format!(
            "The role {:?} could not be assumed: the answer has no usable credentials",
            role.role_arn
        );
        AwsError::new(Class::Garbled, text)
    };
    let user = session.assumed_role_user.as_ref();
    let account = user.and_then(|user| user.arn.split(':').nth(4)).or(role.account()).map(Into::into);
    let keys = session.credentials.ok_or_else(garbled)?;
    let expires = SystemTime::try_from(keys.expiration).map_err(|_| garbled())?;
    let mut credentials = Credentials::builder()
        .access_key_id(keys.access_key_id)
        .secret_access_key(keys.secret_access_key)
        .session_token(keys.session_token)
        .expiry(expires)
        .provider_name("sparki assume role");
    credentials.set_account_id(account);
    Ok(credentials.build())
}

/// The same failure, as one of taking the role on. It is never one of the object that the request was about.
fn refused(role_arn: &str, who: Option<&str>, error: &AwsError) -> AwsError {
    const NOT_LET_IN: &str = " Check that the role exists; that its trust policy lets these credentials in, with the external id, \
                              source identity and tags that it asks for; and that a policy of the credentials allows \
                              \"sts:AssumeRole\" on it, and \"sts:TagSession\" or \"sts:SetSourceIdentity\" where these are set.";
    const INVALID: &str = " Check the settings in \"assume_role\": \"duration\" is at most the role's own maximum, and an hour where \
                           the credentials are themselves those of a role.";
    let who = who.unwrap_or("the credentials that were found");
    let reason = error.message().trim_end_matches('.');
    let message = format!("The role {role_arn:?} could not be assumed by {who}: {reason}");
    let (class, advice) = match error.class() {
        Class::AccessDenied => (Class::AccessDenied, Some(NOT_LET_IN)),
        Class::Throttled => (Class::Throttled, None),
        Class::Unavailable => (Class::Unavailable, None),
        Class::Unauthenticated | Class::Garbled => (Class::Unauthenticated, None),
        Class::Invalid => (Class::Unauthenticated, Some(INVALID)),
        Class::NotFound
        | Class::Conflict
        | Class::Propagating
        | Class::Quota
        | Class::Capacity
        | Class::Other => (Class::Unauthenticated, Some(NOT_LET_IN)),
    };
    error.clone().retold(class, message, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::222222222222:role/deployer";

    fn told(error: &AwsError) -> String {
        refused(ROLE, Some("arn:aws:iam::111111111111:user/ci"), error)
            .reading("failed to read the cluster")
            .into_diagnostics()
            .to_string()
    }

    #[test]
    fn a_role_says_its_account() {
        assert_eq!(AssumeRole::new(ROLE).account(), Some("222222222222"));
        assert_eq!(AssumeRole::new("deployer").account(), None);
    }

    #[test]
    fn a_session_is_asked_for_with_what_is_set_and_nothing_else() {
        let plain = AssumeRole::new(ROLE).request();
        assert_eq!(plain.get_role_session_name().as_deref(), Some("sparki"));
        assert_eq!((plain.get_tags(), plain.get_duration_seconds()), (&None, &None));
        let full = AssumeRole {
            duration: Some(Duration::from_secs(1800)),
            policy_arns: BTreeSet::from(["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()]),
            transitive_tag_keys: BTreeSet::from(["team".to_owned()]),
            source_identity: Some("raven".to_owned()),
            ..AssumeRole::new(ROLE)
        }
        .request();
        assert_eq!(full.get_duration_seconds(), &Some(1800));
        assert_eq!(full.get_policy_arns().as_ref().map(Vec::len), Some(1));
        assert_eq!(full.get_transitive_tag_keys().as_deref(), Some(&["team".to_owned()][..]));
        assert_eq!(full.get_source_identity().as_deref(), Some("raven"));
    }

    #[test]
    fn a_refusal_names_the_role_who_asked_the_reason_and_what_to_check() {
        assert_eq!(
            told(&AwsError::told("AccessDenied", "Not authorized to perform: sts:AssumeRole")),
            "error: Failed to read the cluster\n  The role \"arn:aws:iam::222222222222:role/deployer\" could not be assumed by \
             arn:aws:iam::111111111111:user/ci: Not authorized to perform: sts:AssumeRole (AccessDenied). Check that the role \
             exists; that its trust policy lets these credentials in, with the external id, source identity and tags that it \
             asks for; and that a policy of the credentials allows \"sts:AssumeRole\" on it, and \"sts:TagSession\" or \
             \"sts:SetSourceIdentity\" where these are set."
        );
        let too_long = AwsError::told("ValidationError", "DurationSeconds exceeds the MaxSessionDuration");
        assert!(
            told(&too_long).contains("(ValidationError). Check the settings in \"assume_role\""),
            "{}",
            told(&too_long)
        );
    }

    #[test]
    fn a_role_that_does_not_exist_is_no_object_that_is_gone() {
        for code in ["NoSuchEntity", "ResourceInUseException", "ValidationError"] {
            assert_eq!(
                refused(ROLE, None, &AwsError::told(code, "no")).class(),
                Class::Unauthenticated,
                "{code}"
            );
        }
        let busy = AwsError::new(Class::Throttled, "slow down");
        assert_eq!(refused(ROLE, None, &busy).class(), Class::Throttled);
    }
}
