//! The flow log.

use std::fmt;

use aws_sdk_ec2::types::{
    FlowLog as WireLog, FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType,
};
use sparki_aws::{AwsError, Consistency, Nonce};
use sparki_core::RemoteError;

use super::carry_out::Work;
use super::part_tags::Part;
use super::parts::{FlowLog, PartTags, Parts};
use super::wanted::{Wanted, Whole};
use super::{FlowLogs, Traffic};
use crate::ec2::{Session, filter, make as make_part, once, partition_of, refused, specification, tag_map};

/// A step about the flow log.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FlowLogStep {
    /// Makes it.
    Make(FlowLogs),
    /// Removes it.
    Remove(String),
}

/// AWS cannot change a flow log, so one with other settings goes; it takes no two with the same destination.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<FlowLogStep> {
    let kept = kept(wanted, parts).map(|log| &log.id);
    let unwanted = parts.flow_logs.iter().filter(|log| Some(&log.id) != kept);
    unwanted.map(|log| FlowLogStep::Remove(log.id.clone())).collect()
}

/// The one that there is to be.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<FlowLogStep> {
    let missing = wanted.flow_logs.iter().filter(|_| kept(wanted, parts).is_none());
    missing.map(|settings| FlowLogStep::Make(settings.clone())).collect()
}

fn kept<'a>(wanted: &Wanted, parts: &'a Parts) -> Option<&'a FlowLog> {
    parts.flow_logs.iter().find(|log| Some(&log.settings) == wanted.flow_logs.as_ref())
}

impl fmt::Display for FlowLogStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(_) => f.write_str("make the flow log"),
            Self::Remove(id) => write!(f, "remove {id}"),
        }
    }
}

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &FlowLogStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    match step {
        FlowLogStep::Make(settings) => parts.flow_logs.push(create(session, doing, vpc, settings).await?),
        FlowLogStep::Remove(id) => {
            delete(session, doing, id).await?;
            parts.flow_logs.retain(|log| log.id != *id);
        }
    }
    Ok(())
}

/// The flow logs of the VPC.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<FlowLog>, AwsError> {
    let request = session.client.describe_flow_logs().filter(filter("resource-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireLog| {
        let tags = tag_map(it.tags());
        let id = it.flow_log_id()?.to_owned();
        let is_ours = Part::of(&tags, vpc.mark.as_str()) == Some(Part::FlowLog);
        is_ours.then(|| FlowLog { id, tags, settings: settings(it, vpc) })
    };
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn settings(it: &WireLog, vpc: &Whole) -> FlowLogs {
    let destination = it.log_destination().map(|arn| arn.trim_end_matches(":*").to_owned());
    let by_name = || {
        let (name, owner) = (it.log_group_name()?, it.deliver_logs_permission_arn()?.split(':').nth(4)?);
        let partition = partition_of(&vpc.region);
        Some(format!("arn:{partition}:logs:{}:{owner}:log-group:{name}", vpc.region))
    };
    let traffic = it.traffic_type().and_then(|traffic| traffic.as_str().parse().ok()).unwrap_or(Traffic::All);
    let seconds = it.max_aggregation_interval().and_then(|seconds| u32::try_from(seconds).ok());
    FlowLogs {
        destination_arn: destination.or_else(by_name).into(),
        role_arn: it.deliver_logs_permission_arn().filter(|arn| !arn.is_empty()).map(str::to_owned).into(),
        traffic: traffic.into(),
        aggregation_seconds: seconds.unwrap_or(600).into(),
    }
}

/// Makes one.
async fn create(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    settings: &FlowLogs,
) -> Result<FlowLog, RemoteError> {
    let tags = vpc.tags_of(&Part::FlowLog);
    let token = Nonce::random();
    let destination = settings.destination_arn.known().map_or("", String::as_str);
    let is_bucket = destination.split(':').nth(2) == Some("s3");
    let kind = if is_bucket { LogDestinationType::S3 } else { LogDestinationType::CloudWatchLogs };
    let traffic = settings.traffic.known().map_or("ALL", |traffic| traffic.as_str());
    let seconds = settings.aggregation_seconds.known().and_then(|seconds| i32::try_from(*seconds).ok());
    let find = || async {
        let is_it = |it: &FlowLog| it.settings.destination_arn == settings.destination_arn;
        Ok(look(session, vpc).await?.into_iter().find(is_it))
    };
    let send = || async {
        let request = session.client.create_flow_logs().resource_type(FlowLogsResourceType::Vpc);
        let request = request.resource_ids(&vpc.id).client_token(token.as_str());
        let request = request.traffic_type(TrafficType::from(traffic));
        let request = request.log_destination_type(kind.clone()).log_destination(destination);
        let request = request.set_deliver_logs_permission_arn(settings.role_arn.known().cloned());
        let request = request.set_max_aggregation_interval(seconds);
        let request = request.tag_specifications(specification(ResourceType::VpcFlowLog, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        refused(answer.unsuccessful(), "The flow log could not be made")?;
        let id = answer.flow_log_ids().first();
        let tags: PartTags = tags.clone().into_iter().collect();
        Ok(id.map(|id| FlowLog { id: id.clone(), tags, settings: settings.clone() }))
    };
    make_part(session, doing, find, send).await
}

/// Removes one.
async fn delete(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_flow_logs().flow_log_ids(id);
        let answer = request.send().await.map_err(AwsError::from)?;
        refused(answer.unsuccessful(), "The flow log could not be removed")
    };
    session.remove(Consistency::Free, doing, send).await
}
