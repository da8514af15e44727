//! The role with which S3 makes the copies.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{Role, Tag};
use serde_json::Value as Document;
use sparki_aws::{AwsError, Class, Consistency, TagChange};
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::operation::Session;
use crate::s3::is_part_of;

/// Name of the one policy in the role.
const POLICY: &str = "replication";

/// What a role is to be.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    /// ARN of the bucket that it belongs to.
    pub(super) bucket_arn: &'a str,
    pub(super) trust: Document,
    pub(super) permissions: Document,
    pub(super) tags: BTreeMap<String, String>,
}

/// Makes the role, or brings the one that is there and belongs to the bucket to what it is to be. Returns its ARN.
pub(super) async fn make(
    session: &Session<'_, Client>,
    doing: &str,
    wanted: &Wanted<'_>,
) -> Result<String, RemoteError> {
    let trust = wanted.trust.to_string();
    let tags = wire(&wanted.tags);
    let send = || async {
        let request = session.client.create_role().role_name(wanted.name).set_tags(Some(tags.clone()));
        request.assume_role_policy_document(&trust).send().await.map_err(AwsError::from)
    };
    let role = match session.send(Consistency::Free, doing, send).await? {
        Ok(answer) => answer.role,
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => {
            let found = find(session, doing, wanted.name).await?;
            let found = found.ok_or_else(|| error.changing(doing))?;
            if !is_part_of(&tags_of(&found), wanted.bucket_arn) {
                return Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
                    "There is an IAM role {:?} already, which was not made for this bucket. Remove or rename it, or choose \
                     another name for the bucket.",
                    wanted.name
                )));
            }
            Some(found)
        }
        Err(error) => return Err(error.changing(doing)),
    };
    let send = || async {
        let request = session.client.put_role_policy().role_name(wanted.name).policy_name(POLICY);
        request.policy_document(wanted.permissions.to_string()).send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await?;
    role.map(|role| role.arn).ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Garbled, doing).with_detail("AWS's answer has no role in it.")
    })
}

/// The tags of a role.
pub(super) fn tags_of(role: &Role) -> HashMap<String, String> {
    role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// Looks for a role; `None` if it does not exist.
pub(super) async fn find(
    session: &Session<'_, Client>,
    doing: &str,
    name: &str,
) -> Result<Option<Role>, RemoteError> {
    let send = || async { session.client.get_role().role_name(name).send().await.map_err(AwsError::from) };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => Ok(answer.role),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.reading(doing)),
    }
}

/// Whether the role may do what it is to do.
pub(super) async fn is_able(
    session: &Session<'_, Client>,
    doing: &str,
    name: &str,
) -> Result<bool, RemoteError> {
    let send = || async {
        let request = session.client.get_role_policy().role_name(name).policy_name(POLICY);
        request.send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error.reading(doing)),
    }
}

/// Changes the tags of the role.
pub(super) async fn retag(
    session: &Session<'_, Client>,
    (doing, name): (&str, &str),
    change: TagChange,
) -> Result<(), RemoteError> {
    let TagChange { set, remove } = change;
    let send = || async {
        if !set.is_empty() {
            let request = session.client.tag_role().role_name(name).set_tags(Some(wire(&set)));
            request.send().await.map_err(AwsError::from)?;
        }
        if !remove.is_empty() {
            let request = session.client.untag_role().role_name(name);
            let request = request.set_tag_keys(Some(remove.iter().cloned().collect()));
            request.send().await.map_err(AwsError::from)?;
        }
        Ok::<_, AwsError>(())
    };
    session.change(Consistency::Free, doing, send).await
}

fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|pair| tag(pair).expect("key and value are set")).collect()
}

/// Removes the role, with its policy. One that is gone already is no error.
pub(super) async fn remove(
    session: &Session<'_, Client>,
    doing: &str,
    name: &str,
) -> Result<(), RemoteError> {
    let policy = || async {
        let request = session.client.delete_role_policy().role_name(name).policy_name(POLICY);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, policy).await?;
    let role = || async { session.client.delete_role().role_name(name).send().await.map_err(AwsError::from) };
    // IAM may count the policy for a while yet.
    let is_passing = |error: &AwsError| error.class() == Class::Conflict;
    match session.retry_briefly(doing, Duration::ZERO, role, is_passing).await? {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}
