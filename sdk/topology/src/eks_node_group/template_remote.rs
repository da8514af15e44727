//! How the launch template of a node group is made, looked at, renewed and removed.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ec2::operation::create_launch_template::builders::CreateLaunchTemplateInputBuilder;
use aws_sdk_ec2::types::{LaunchTemplate as WireTemplate, LaunchTemplateVersion, ResourceType};
use aws_sdk_eks::types::Nodegroup;
use futures_util::future::try_join;
use sparki_aws::{AwsError, Consistency, Nonce};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::template::{self, Machines, There};
use super::{Condition, EksNodeGroupModel, LaunchTemplate};
use crate::ec2::{self, Session, once, specification, tag_map};
use crate::eks;
use crate::operation::Unanswered;

/// How many versions EC2 tells, and removes, at once.
const LARGEST_PAGE: i32 = 200;

/// Makes the template of a group, or takes up the one that this very attempt has made before.
pub(super) async fn make(
    session: &eks::Session<'_>,
    doing: &str,
    (names, group): ((&str, &str), &EksNodeGroupModel),
    attempt: &Nonce,
) -> Result<LaunchTemplate, RemoteError> {
    let ec2: Session<'_> = session.with().await?;
    let own = group.tags.known().cloned().unwrap_or_default();
    let tags = template::tags(names, ec2.aws.tags().for_create(&own, attempt));
    let name = template::name(names, attempt);
    let request = CreateLaunchTemplateInputBuilder::default()
        .client_token(attempt.as_str())
        .launch_template_name(&name)
        .version_description(template::mark(attempt))
        .launch_template_data(data(session, doing, (names.0, group)).await?)
        .tag_specifications(specification(ResourceType::LaunchTemplate, &tags));
    let send = || async { request.clone().send_with(&ec2.client).await.map_err(AwsError::from) };
    let made = match ec2.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => answer.launch_template,
        Err(error) => {
            let taken = || {
                format!(
                    "There is a launch template {name:?} already, which this run did not make. Remove it if nothing uses it."
                )
            };
            let look = by_name(&ec2, &name);
            let unanswered = Unanswered { doing, attempt, error: &error };
            Some(unanswered.adopt(look, |found| Some(&found.tags), taken).await?.template)
        }
    };
    let made = made.and_then(|made| Some((made.launch_template_id?, made.latest_version_number?)));
    let (id, version) = made.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Garbled, doing)
            .with_detail("AWS's answer does not say which launch template it made.")
            .with_maybe_applied(true)
    })?;
    Ok(LaunchTemplate {
        id: id.into(),
        name: name.into(),
        version: u32::try_from(version).ok().into(),
        condition: Condition::Own.into(),
    })
}

/// What the machines of a group are like.
pub(super) async fn look(
    session: &eks::Session<'_>,
    doing: &str,
    (group, reference): (&Nodegroup, &EksNodeGroupModel),
) -> Result<Machines, RemoteError> {
    let Some((id, version)) = group.launch_template().and_then(|it| Some((it.id()?, it.version()?))) else {
        return Ok(Machines::bare(group));
    };
    let ec2: Session<'_> = session.with().await?;
    let looked = try_join(by_id(&ec2, id), the_version(&ec2, (id, version))).await;
    let (template, version) = match looked.map_err(|error| error.reading(doing))? {
        (Some(template), Some(version)) => (template, version),
        (Some(template), None) => return Ok(Machines::without_version(group, &template, reference)),
        (None, _) => return Ok(Machines::without_template(group, reference)),
    };
    let has_groups = version.launch_template_data().is_some_and(|data| !data.security_group_ids().is_empty());
    let cluster = group.cluster_name().unwrap_or_default();
    let cluster_group = if has_groups { session.cluster_security_group(doing, cluster).await? } else { None };
    let there = There { template: &template, version: &version, cluster_group: cluster_group.as_deref() };
    Ok(Machines::read(group, there, session.aws.tags(), reference))
}

/// Whether the version that a group uses is one that Sparki made, and gives machines what is planned.
pub(super) async fn is_usable(
    session: &eks::Session<'_>,
    doing: &str,
    (group, planned): (&Nodegroup, &EksNodeGroupModel),
) -> Result<bool, RemoteError> {
    let Some(used) = group.launch_template().and_then(|it| Some((it.id()?, it.version()?))) else {
        return Ok(false);
    };
    let ec2: Session<'_> = session.with().await?;
    let version = the_version(&ec2, used).await.map_err(|error| error.reading(doing))?;
    if !version.as_ref().is_some_and(template::is_marked) {
        return Ok(false);
    }
    Ok(look(session, doing, (group, planned)).await?.are_like(&Machines::of(planned)))
}

/// Makes the version that gives machines what is planned; its number.
pub(super) async fn renew(
    session: &eks::Session<'_>,
    doing: &str,
    (id, group): (&str, &EksNodeGroupModel),
) -> Result<u32, RemoteError> {
    let ec2: Session<'_> = session.with().await?;
    let cluster = group.cluster_name.known().map_or("", String::as_str);
    let data = data(session, doing, (cluster, group)).await?;
    let attempt = Nonce::random();
    let description = template::mark(&attempt);
    let find = || async {
        let versions = versions(&ec2, id).await?;
        Ok(versions.into_iter().find(|it| it.version_description() == Some(description.as_str())))
    };
    let send = || async {
        let request = ec2.client.create_launch_template_version().launch_template_id(id);
        let request = request.client_token(attempt.as_str()).version_description(&description);
        let request = request.launch_template_data(data.clone());
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        Ok(answer.launch_template_version)
    };
    let made = ec2::make(&ec2, doing, find, send).await?;
    made.version_number().and_then(|number| u32::try_from(number).ok()).ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Garbled, doing)
            .with_detail("AWS's answer does not say which version of the launch template it made.")
    })
}

/// Makes a version the template's default, and removes what Sparki has made before it.
pub(super) async fn promote(
    session: &eks::Session<'_>,
    doing: &str,
    (id, version): (&str, u32),
) -> Result<(), RemoteError> {
    let ec2: Session<'_> = session.with().await?;
    let send = || async {
        let request = ec2.client.modify_launch_template().launch_template_id(id);
        let sent = request.default_version(version.to_string()).send().await;
        sent.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    ec2.change(Consistency::Propagation, doing, send).await?;
    // What is left does no harm: the next change removes it, or the removal of the template.
    if let Err(error) = prune(&ec2, (id, version)).await {
        tracing::debug!(%error, id, "could not remove old versions of a launch template");
    }
    Ok(())
}

/// Changes the tags of a template of the group's own.
pub(super) async fn retag(
    session: &eks::Session<'_>,
    doing: &str,
    group: &EksNodeGroupModel,
    change: &sparki_aws::TagChange,
) -> Result<(), RemoteError> {
    let Some(id) = own_id(group) else { return Ok(()) };
    let ec2: Session<'_> = session.with().await?;
    ec2::retag(&ec2, doing, id, change).await
}

/// Whether the template of a group's own is still there.
pub(super) async fn is_left(
    session: &eks::Session<'_>,
    doing: &str,
    (names, group): ((&str, &str), &EksNodeGroupModel),
) -> Result<bool, RemoteError> {
    let Some(id) = own_id(group) else { return Ok(false) };
    let ec2: Session<'_> = session.with().await?;
    let found = by_id(&ec2, id).await.map_err(|error| error.reading(doing))?;
    Ok(found.is_some_and(|found| template::is_own(found.tags(), names)))
}

/// Removes the template of a group, if it is the group's own. Nothing must use it any more.
pub(super) async fn remove(
    session: &eks::Session<'_>,
    doing: &str,
    (names, group): ((&str, &str), &EksNodeGroupModel),
) -> Result<(), RemoteError> {
    if !is_left(session, doing, (names, group)).await? {
        return Ok(());
    }
    let Some(id) = own_id(group) else { return Ok(()) };
    let ec2: Session<'_> = session.with().await?;
    let send = || async {
        ec2.client.delete_launch_template().launch_template_id(id).send().await.map_err(AwsError::from)
    };
    ec2.remove(Consistency::Free, doing, send).await
}

/// The id of the template in a plan or state, if there is one that is not somebody else's.
fn own_id(group: &EksNodeGroupModel) -> Option<&str> {
    let template = group.launch_template.known()?;
    match template.condition.known()? {
        Condition::Own | Condition::Changed | Condition::Missing => template.id.known().map(String::as_str),
        Condition::Foreign => None,
    }
}

/// What a version is to say.
async fn data(
    session: &eks::Session<'_>,
    doing: &str,
    (cluster, group): (&str, &EksNodeGroupModel),
) -> Result<aws_sdk_ec2::types::RequestLaunchTemplateData, RemoteError> {
    let has_groups = group.security_group_ids.known().is_some_and(|ids| !ids.is_empty());
    let cluster_group = if has_groups { session.cluster_security_group(doing, cluster).await? } else { None };
    let own = group.machine_tags.known().cloned().unwrap_or_default();
    // The defaults, and those of the practitioner: there are none yet that could be taken away.
    let tags = session.aws.tags().change(None, &BTreeMap::new(), &own).set;
    Ok(template::data(group, cluster_group.as_deref(), &tags))
}

/// Removes the versions that Sparki has made, but for one. Those of somebody else stay.
async fn prune(session: &Session<'_>, (id, kept): (&str, u32)) -> Result<(), AwsError> {
    let old = versions(session, id).await?;
    let old =
        old.iter().filter(|it| template::is_marked(it)).filter_map(LaunchTemplateVersion::version_number);
    let old: Vec<_> =
        old.filter(|number| *number != i64::from(kept)).map(|number| number.to_string()).collect();
    for some in old.chunks(LARGEST_PAGE.unsigned_abs() as usize) {
        let request = session.client.delete_launch_template_versions().launch_template_id(id);
        request.set_versions(Some(some.to_vec())).send().await.map_err(AwsError::from)?;
    }
    Ok(())
}

async fn versions(session: &Session<'_>, id: &str) -> Result<Vec<LaunchTemplateVersion>, AwsError> {
    let request = session.client.describe_launch_template_versions().launch_template_id(id);
    let found = request.max_results(LARGEST_PAGE).into_paginator().items().send();
    found.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
}

async fn the_version(
    session: &Session<'_>,
    (id, version): (&str, &str),
) -> Result<Option<LaunchTemplateVersion>, AwsError> {
    let request = session.client.describe_launch_template_versions().launch_template_id(id);
    match request.versions(version).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.launch_template_versions.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn by_id(session: &Session<'_>, id: &str) -> Result<Option<WireTemplate>, AwsError> {
    let request = session.client.describe_launch_templates().launch_template_ids(id);
    first(request.send().await.map_err(AwsError::from).map(|answer| answer.launch_templates))
}

/// A template that was found by its name.
struct Named {
    template: WireTemplate,
    tags: HashMap<String, String>,
}

async fn by_name(session: &Session<'_>, name: &str) -> Result<Option<Named>, AwsError> {
    let request = session.client.describe_launch_templates().launch_template_names(name);
    let found = first(request.send().await.map_err(AwsError::from).map(|answer| answer.launch_templates))?;
    Ok(found.map(|template| Named { tags: tag_map(template.tags()), template }))
}

fn first(answer: Result<Option<Vec<WireTemplate>>, AwsError>) -> Result<Option<WireTemplate>, AwsError> {
    match answer {
        Ok(found) => Ok(found.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
