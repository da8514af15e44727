//! The subnets.

use std::fmt;

use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Subnet as WireSubnet};
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Access;
use super::carry_out::Work;
use super::part_tags::Part;
use super::parts::{PartTags, Parts, PublicAddresses, Subnet};
use super::wanted::{Wanted, Whole};
use crate::ec2::{
    Holders, Session, filter, make as make_part, once, remove as remove_part, specification, tag_map,
};

/// A step about a subnet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SubnetStep {
    /// Makes the one of a tier in a zone.
    Make { tier: String, zone: String, access: Access, cidr: String },
    /// Says whether instances in it get public addresses.
    SetAddresses { id: String, addresses: PublicAddresses },
    /// Removes it.
    Remove(String),
}

/// Every tier has one in every zone.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<SubnetStep> {
    let mut steps = Vec::new();
    for (tier, access) in &wanted.tiers {
        for zone in &wanted.zones {
            let cidr = wanted.cidrs.get(&(tier.clone(), zone.clone()));
            match (parts.subnet(tier, zone), cidr) {
                (None, Some(cidr)) => steps.push(SubnetStep::Make {
                    tier: tier.clone(),
                    zone: zone.clone(),
                    access: *access,
                    cidr: cidr.clone(),
                }),
                (Some(subnet), _) if subnet.addresses != addresses(*access) => {
                    let (id, addresses) = (subnet.id.clone(), addresses(*access));
                    steps.push(SubnetStep::SetAddresses { id, addresses });
                }
                (Some(_), _) | (None, None) => {}
            }
        }
    }
    steps
}

/// Those of no tier or zone that is wanted go.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<SubnetStep> {
    let unwanted = parts.subnets.iter().filter(|it| wanted.table_of(&it.tier, &it.zone).is_none());
    unwanted.map(|it| SubnetStep::Remove(it.id.clone())).collect()
}

fn addresses(access: Access) -> PublicAddresses {
    match access {
        Access::Public => PublicAddresses::Given,
        Access::Private | Access::Isolated => PublicAddresses::Withheld,
    }
}

impl fmt::Display for SubnetStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make { tier, zone, .. } => write!(f, "make the subnet of {tier} in {zone}"),
            Self::SetAddresses { id, addresses: PublicAddresses::Given } => {
                write!(f, "give instances in {id} public addresses")
            }
            Self::SetAddresses { id, addresses: PublicAddresses::Withheld } => {
                write!(f, "give instances in {id} no public addresses")
            }
            Self::Remove(id) => write!(f, "remove {id}"),
        }
    }
}

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &SubnetStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    match step {
        SubnetStep::Make { tier, zone, access, cidr } => {
            let part = Part::Subnet { tier: tier.clone(), zone: zone.clone(), access: *access };
            parts.subnets.push(create(session, doing, vpc, (&part, zone, cidr)).await?);
        }
        SubnetStep::SetAddresses { id, addresses } => {
            set_addresses(session, doing, id, *addresses).await?;
            let known = parts.subnets.iter_mut().filter(|subnet| subnet.id == *id);
            known.for_each(|subnet| subnet.addresses = *addresses);
        }
        SubnetStep::Remove(id) => {
            delete(session, doing, id).await?;
            parts.subnets.retain(|subnet| subnet.id != *id);
            // The associations with tables go with it.
            parts.tables.iter_mut().for_each(|table| drop(table.subnets.remove(id)));
        }
    }
    Ok(())
}

/// The subnets of the VPC.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<Subnet>, AwsError> {
    let request = session.client.describe_subnets().filters(filter("vpc-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireSubnet| subnet(it, tag_map(it.tags()), vpc);
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn subnet(it: &WireSubnet, tags: PartTags, vpc: &Whole) -> Option<Subnet> {
    let Part::Subnet { tier, zone, access } = Part::of(&tags, vpc.mark.as_str())? else { return None };
    let is_mapped = it.map_public_ip_on_launch().unwrap_or(false);
    let addresses = if is_mapped { PublicAddresses::Given } else { PublicAddresses::Withheld };
    let (id, cidr) = (it.subnet_id()?.to_owned(), it.cidr_block()?.to_owned());
    Some(Subnet { id, tags, tier, zone, access, cidr, addresses })
}

/// Makes the subnet of a tier in a zone.
async fn create(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    (part, zone, cidr): (&Part, &str, &str),
) -> Result<Subnet, RemoteError> {
    let tags = vpc.tags_of(part);
    let find = || async {
        let is_it = |it: &Subnet| Part::of(&it.tags, vpc.mark.as_str()).as_ref() == Some(part);
        Ok(look(session, vpc).await?.into_iter().find(is_it))
    };
    let send = || async {
        let request = session.client.create_subnet().vpc_id(&vpc.id).availability_zone(zone).cidr_block(cidr);
        let request = request.tag_specifications(specification(ResourceType::Subnet, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        Ok(answer.subnet().and_then(|it| subnet(it, tags.clone().into_iter().collect(), vpc)))
    };
    make_part(session, doing, find, send).await
}

/// Says whether instances get public addresses.
async fn set_addresses(
    session: &Session<'_>,
    doing: &str,
    id: &str,
    addresses: PublicAddresses,
) -> Result<(), RemoteError> {
    let is_mapped = addresses == PublicAddresses::Given;
    let send = || async {
        let value = AttributeBooleanValue::builder().value(is_mapped).build();
        let request = session.client.modify_subnet_attribute().subnet_id(id).map_public_ip_on_launch(value);
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    session.change(Consistency::Propagation, doing, send).await?;
    Ok(())
}

/// Removes a subnet once nothing is in it any more.
async fn delete(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send = || async { session.client.delete_subnet().subnet_id(id).send().await.map_err(AwsError::from) };
    remove_part(session, doing, Holders { filter: "subnet-id", id }, send).await
}
