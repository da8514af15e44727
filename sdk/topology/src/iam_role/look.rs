//! What there is to see of a role.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::types::Role;
use percent_encoding::percent_decode_str;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{RemoteError, Value};

use crate::operation::{self, Pages};

/// What one operation on IAM needs.
pub(super) type Session<'a> = operation::Session<'a, Client>;

/// A role with its policies.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) role: Role,
    pub(super) managed: BTreeSet<String>,
    pub(super) inline: BTreeMap<String, String>,
}

/// Begins an operation on IAM, which has one endpoint for all regions.
pub(super) async fn begin(ctx: &sparki_core::Ctx<sparki_aws::Aws>) -> Result<Session<'_>, RemoteError> {
    Session::begin(ctx, &Value::Null).await
}

/// Looks at a role; `None` if it does not exist.
pub(super) async fn role(session: &Session<'_>, name: &str) -> Result<Option<Role>, AwsError> {
    match session.client.get_role().role_name(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.role),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks at a role and its policies; `None` if it does not exist.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    name: &str,
) -> Result<Option<Found>, RemoteError> {
    let found = session.send(Consistency::Propagation, doing, || role(session, name)).await?;
    let Some(role) = found.map_err(|error| error.reading(doing))? else { return Ok(None) };
    let managed = managed(session, doing, name).await?;
    let mut inline = BTreeMap::new();
    for policy in inline_names(session, doing, name).await? {
        let send = || async {
            let request = session.client.get_role_policy().role_name(name).policy_name(&policy);
            request.send().await.map_err(AwsError::from)
        };
        match session.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => {
                inline.insert(policy, decoded(answer.policy_document()));
            }
            // One that is gone by now is none of the role's.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.reading(doing)),
        }
    }
    Ok(Some(Found { role, managed, inline }))
}

/// The ARNs of the policies that are attached to a role.
async fn managed(session: &Session<'_>, doing: &str, name: &str) -> Result<BTreeSet<String>, RemoteError> {
    let (mut pages, mut arns) = (Pages::new(), BTreeSet::new());
    let send = |marker| async move {
        let request = session.client.list_attached_role_policies().role_name(name).set_marker(marker);
        let answer = request.send().await.map_err(AwsError::from)?;
        Ok((answer.attached_policies, answer.marker))
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        arns.extend(page.into_iter().filter_map(|policy| policy.policy_arn));
    }
    Ok(arns)
}

/// The names of the inline policies of a role.
async fn inline_names(session: &Session<'_>, doing: &str, name: &str) -> Result<Vec<String>, RemoteError> {
    let (mut pages, mut names) = (Pages::new(), Vec::new());
    let send = |marker| async move {
        let request = session.client.list_role_policies().role_name(name).set_marker(marker);
        let answer = request.send().await.map_err(AwsError::from)?;
        Ok((Some(answer.policy_names), answer.marker))
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        names.extend(page);
    }
    Ok(names)
}

/// The names of the instance profiles that a role is in.
pub(super) async fn instance_profiles(
    session: &Session<'_>,
    doing: &str,
    name: &str,
) -> Result<Vec<String>, RemoteError> {
    let (mut pages, mut names) = (Pages::new(), Vec::new());
    let send = |marker| async move {
        let request = session.client.list_instance_profiles_for_role().role_name(name).set_marker(marker);
        let answer = request.send().await.map_err(AwsError::from)?;
        Ok((Some(answer.instance_profiles), answer.marker))
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        names.extend(page.into_iter().map(|profile| profile.instance_profile_name));
    }
    Ok(names)
}

/// A document as it was given to IAM, which hands it out with everything but letters and digits encoded.
pub(super) fn decoded(document: &str) -> String {
    percent_decode_str(document).decode_utf8_lossy().into_owned()
}
