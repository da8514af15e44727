//! Makes, changes and removes target groups.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::TargetGroupAttribute;
use sparki_aws::{AwsError, Class, Consistency, Nonce};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::group::TargetGroup;
use super::look::{Group, There};
use super::{LoadBalancerModel, Session, attributes, group_requests, tags};
use crate::operation::Remains;

/// How long a group usually is in use after nothing forwards to it any more.
const USUAL_RELEASE: Duration = Duration::from_secs(5);

/// Makes the groups that are wanted and not there, and changes those that are. Returns the ARN of each by name. `there` is kept
/// up to date.
pub(super) async fn provide(
    session: &Session<'_>,
    doing: &str,
    there: &mut There,
    wanted: &LoadBalancerModel,
) -> Result<BTreeMap<String, String>, RemoteError> {
    let balancer = wanted.name.known().map_or("", String::as_str);
    let mut arns = BTreeMap::new();
    for (key, group) in wanted.target_groups.known().into_iter().flatten() {
        let name = group_requests::name(balancer, key, group);
        let index = there.groups.iter().position(|it| it.wire.target_group_name() == Some(&name));
        let index = match index {
            Some(index) => index,
            None => {
                let made = make(session, (doing, &name), there, (wanted, key, group)).await?;
                there.groups.push(made);
                there.groups.len() - 1
            }
        };
        change(session, doing, &there.groups[index], group).await?;
        arns.insert(key.clone(), there.groups[index].arn().to_owned());
    }
    Ok(arns)
}

/// Removes the groups that are not wanted any more; `kept` are the ARNs of those that are.
pub(super) async fn remove_others(
    session: &Session<'_>,
    doing: &str,
    there: &mut There,
    kept: &BTreeMap<String, String>,
) -> Result<(), RemoteError> {
    while let Some(index) = there.groups.iter().position(|it| kept.values().all(|arn| arn != it.arn())) {
        remove(session, doing, there.groups[index].arn()).await?;
        there.groups.remove(index);
    }
    Ok(())
}

/// Removes the groups of a load balancer that is gone, all of them that can be.
pub(super) async fn remove_left(
    session: &Session<'_>,
    doing: &str,
    left: &[Group],
) -> Result<(), RemoteError> {
    let (mut remains, region) = (Remains::new(), &session.region);
    for group in left {
        let arn = group.arn();
        remains.note(remove(session, doing, arn).await, || {
            format!("aws elbv2 delete-target-group --region {region} --target-group-arn {arn}")
        });
    }
    remains.of_what_is_gone("The load balancer")
}

async fn remove(session: &Session<'_>, doing: &str, arn: &str) -> Result<(), RemoteError> {
    let send = || async {
        session.client.delete_target_group().target_group_arn(arn).send().await.map_err(AwsError::from)
    };
    // A listener that is gone lets go of it in a moment; one of something else never does.
    let is_in_use = |error: &AwsError| error.code() == Some("ResourceInUse");
    match session.retry_briefly(doing, USUAL_RELEASE, send, is_in_use).await? {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}

async fn make(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    there: &There,
    (wanted, key, group): (&LoadBalancerModel, &str, &TargetGroup),
) -> Result<Group, RemoteError> {
    let own = wanted.tags.known().cloned().unwrap_or_default();
    let mut own = session.aws.tags().for_create(&own, &Nonce::random());
    own.insert(tags::PART_OF.to_owned(), there.arn().to_owned());
    own.insert(tags::NAME.to_owned(), key.to_owned());
    let request = group_requests::create(group, (name, there.wire.vpc_id()), tags::wire(&own));
    let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
    let made = match session.send(Consistency::Free, doing, send).await? {
        Ok(answer) => answer.target_groups.unwrap_or_default().into_iter().next(),
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => {
            let request = session.client.describe_target_groups().names(name);
            let found = request.send().await.map_err(AwsError::from);
            let found = found.map_err(|_| error.changing(doing))?;
            found.target_groups.unwrap_or_default().into_iter().next()
        }
        Err(error) => return Err(error.changing(doing)),
    };
    let made = made.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Garbled, doing)
            .with_detail("AWS's answer has no target group in it.")
            .with_maybe_applied(true)
    })?;
    // AWS answers well to whoever asks for a group that is there already, whoever made it.
    let arn = made.target_group_arn().unwrap_or_default().to_owned();
    let found = tags::describe(session, std::slice::from_ref(&arn)).await;
    let found = found.map_err(|error| error.reading(doing))?.remove(&arn).unwrap_or_default();
    if found.get(tags::PART_OF).is_none_or(|whole| whole != there.arn()) {
        return Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
            "There is a target group {name:?} already, which was not made for this load balancer. Remove it: aws elbv2 \
             delete-target-group --target-group-arn {arn}"
        )));
    }
    Ok(Group { key: key.to_owned(), wire: made, attributes: BTreeMap::new(), tags: found })
}

async fn change(
    session: &Session<'_>,
    doing: &str,
    there: &Group,
    group: &TargetGroup,
) -> Result<(), RemoteError> {
    if let Some(request) = group_requests::modify(&there.wire, group) {
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        session.change(Consistency::Free, doing, send).await?;
    }
    let missing = attributes::missing(&there.attributes, group_requests::attributes(group));
    if missing.is_empty() {
        return Ok(());
    }
    let attribute = |(key, value)| TargetGroupAttribute::builder().key(key).value(value).build();
    let missing: Vec<_> = missing.into_iter().map(attribute).collect();
    let send = || async {
        let request = session.client.modify_target_group_attributes().target_group_arn(there.arn());
        request.set_attributes(Some(missing.clone())).send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await.map(|_| ())
}
