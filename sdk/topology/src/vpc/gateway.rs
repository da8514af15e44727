//! The internet gateway.

use std::fmt;

use aws_sdk_ec2::types::{InternetGateway as WireGateway, ResourceType};
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::RemoteError;

use super::Access;
use super::carry_out::Work;
use super::part_tags::{OWNER, Part};
use super::parts::{Attachment, Gateway, PartTags, Parts};
use super::wanted::{Wanted, Whole};
use crate::ec2::{Holders, Session, filter, make as make_part, once, once_free, specification, tag_map};

/// A step about the internet gateway.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GatewayStep {
    /// Makes it.
    Make,
    /// Attaches it to the VPC.
    Attach(String),
    /// Detaches it.
    Detach(String),
    /// Removes it.
    Remove(String),
}

/// A public tier needs one.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<GatewayStep> {
    if wanted.tiers_with(Access::Public).next().is_none() {
        return Vec::new();
    }
    match parts.gateway() {
        None => vec![GatewayStep::Make],
        Some(gateway) if gateway.attachment == Attachment::Detached => {
            vec![GatewayStep::Attach(gateway.id.clone())]
        }
        Some(_) => Vec::new(),
    }
}

/// Without a public tier it goes, as does every other one than that which is kept.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<GatewayStep> {
    let is_wanted = wanted.tiers_with(Access::Public).next().is_some();
    let kept = parts.gateway().filter(|_| is_wanted).map(|gateway| &gateway.id);
    let unwanted = parts.gateways.iter().filter(|gateway| Some(&gateway.id) != kept);
    let step = |gateway: &Gateway| match gateway.attachment {
        Attachment::Attached => GatewayStep::Detach(gateway.id.clone()),
        Attachment::Detached => GatewayStep::Remove(gateway.id.clone()),
    };
    unwanted.map(step).collect()
}

impl fmt::Display for GatewayStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make => f.write_str("make the internet gateway"),
            Self::Attach(id) => write!(f, "attach {id}"),
            Self::Detach(id) => write!(f, "detach {id}"),
            Self::Remove(id) => write!(f, "remove {id}"),
        }
    }
}

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &GatewayStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    let set = |parts: &mut Parts, id: &str, attachment| {
        let known = parts.gateways.iter_mut().filter(|gateway| gateway.id == id);
        known.for_each(|gateway| gateway.attachment = attachment);
    };
    match step {
        GatewayStep::Make => parts.gateways.push(create(session, doing, vpc).await?),
        GatewayStep::Attach(id) => {
            attach(session, doing, vpc, id).await?;
            set(parts, id, Attachment::Attached);
        }
        GatewayStep::Detach(id) => {
            detach(session, doing, vpc, id).await?;
            set(parts, id, Attachment::Detached);
        }
        GatewayStep::Remove(id) => {
            delete(session, doing, id).await?;
            parts.gateways.retain(|gateway| gateway.id != *id);
        }
    }
    Ok(())
}

/// The gateways with the mark of the VPC, attached or not.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<Gateway>, AwsError> {
    let mark = filter(&format!("tag:{OWNER}"), vpc.mark.as_str());
    let request = session.client.describe_internet_gateways().filters(mark);
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireGateway| {
        let tags = tag_map(it.tags());
        let is_it = Part::of(&tags, vpc.mark.as_str()) == Some(Part::Gateway);
        is_it.then(|| gateway(it, tags, vpc)).flatten()
    };
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn gateway(it: &WireGateway, tags: PartTags, vpc: &Whole) -> Option<Gateway> {
    let is_attached = it.attachments().iter().any(|attachment| attachment.vpc_id() == Some(vpc.id.as_str()));
    let attachment = if is_attached { Attachment::Attached } else { Attachment::Detached };
    Some(Gateway { id: it.internet_gateway_id()?.to_owned(), tags, attachment })
}

/// Makes one.
async fn create(session: &Session<'_>, doing: &str, vpc: &Whole) -> Result<Gateway, RemoteError> {
    let tags = vpc.tags_of(&Part::Gateway);
    let find = || async { Ok(look(session, vpc).await?.into_iter().next()) };
    let send = || async {
        let request = session.client.create_internet_gateway();
        let request = request.tag_specifications(specification(ResourceType::InternetGateway, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        let tags: PartTags = tags.clone().into_iter().collect();
        Ok(answer.internet_gateway().and_then(|it| gateway(it, tags, vpc)))
    };
    make_part(session, doing, find, send).await
}

/// Attaches it to the VPC.
async fn attach(session: &Session<'_>, doing: &str, vpc: &Whole, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.attach_internet_gateway().internet_gateway_id(id).vpc_id(&vpc.id);
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => Ok(()),
        // The answer to an earlier request was lost: nobody else attaches ours.
        Err(error) if error.class() == Class::Conflict => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}

/// Detaches it, which AWS refuses as long as public addresses are in use in the VPC.
async fn detach(session: &Session<'_>, doing: &str, vpc: &Whole, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.detach_internet_gateway().internet_gateway_id(id).vpc_id(&vpc.id);
        request.send().await.map_err(AwsError::from)
    };
    let holders = Holders { filter: "vpc-id", id: &vpc.id };
    let held = |refusal: AwsError| async move { holders.told(session, &refusal).await };
    once_free(session, doing, held, send).await
}

/// Removes it.
async fn delete(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_internet_gateway().internet_gateway_id(id);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}
