//! How NAT gateways and their addresses are found, made and removed.

use std::time::Duration;

use aws_sdk_ec2::types::{
    Address as WireAddress, DomainType, NatGateway as WireNat, NatGatewayState, ResourceType,
};
use sparki_aws::{AwsError, Consistency, Nonce, Seen};
use sparki_core::RemoteError;

use super::carry_out::Work;
use super::nat::NatStep;
use super::part_tags::{OWNER, Part};
use super::parts::{Address, NatGateway, PartTags, Parts, Progress};
use super::wanted::Whole;
use crate::ec2::{Holders, Session, filter, make, once, once_free, specification, tag_map};

/// AWS makes a NAT gateway in 85 to 125 seconds.
const USUAL_CREATE: Duration = Duration::from_secs(105);
/// AWS removes a NAT gateway in about a minute.
const USUAL_DELETE: Duration = Duration::from_secs(60);

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &NatStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    let set = |parts: &mut Parts, id: &str, progress| {
        let known = parts.nats.iter_mut().filter(|nat| nat.id == id);
        known.for_each(|nat| nat.progress = progress);
    };
    match step {
        NatStep::Allocate(zone) => {
            let made = allocate(session, doing, vpc, (zone, &parts.addresses)).await?;
            parts.addresses.push(made);
        }
        NatStep::Make { zone, subnet, address } => {
            parts.nats.push(create(session, doing, vpc, (zone, subnet, address)).await?);
        }
        NatStep::Await(id) => {
            await_ready(session, doing, id).await?;
            set(parts, id, Progress::Ready);
        }
        NatStep::Remove(id) => {
            delete(session, doing, id).await?;
            set(parts, id, Progress::Going);
        }
        NatStep::AwaitGone(id) => {
            await_gone(session, doing, id).await?;
            parts.nats.retain(|nat| nat.id != *id);
        }
        NatStep::Release(id) => {
            give_back(session, doing, id).await?;
            parts.addresses.retain(|address| address.id != *id);
        }
    }
    Ok(())
}

/// The addresses with the mark of the VPC.
pub(super) async fn look_addresses(session: &Session<'_>, vpc: &Whole) -> Result<Vec<Address>, AwsError> {
    let mark = filter(&format!("tag:{OWNER}"), vpc.mark.as_str());
    let answer = session.client.describe_addresses().filters(mark).send().await.map_err(AwsError::from)?;
    let read = |it: &WireAddress| {
        let tags = tag_map(it.tags());
        let Part::Nat(zone) = Part::of(&tags, vpc.mark.as_str())? else { return None };
        let (id, ip) = (it.allocation_id()?.to_owned(), it.public_ip()?.to_owned());
        Some(Address { id, tags, zone, ip })
    };
    Ok(answer.addresses().iter().filter_map(read).collect())
}

/// The gateways of the VPC. AWS shows those that are gone for about an hour.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<NatGateway>, AwsError> {
    let request = session.client.describe_nat_gateways().filter(filter("vpc-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireNat| nat(it, tag_map(it.tags()), vpc);
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn nat(it: &WireNat, tags: PartTags, vpc: &Whole) -> Option<NatGateway> {
    let Part::Nat(zone) = Part::of(&tags, vpc.mark.as_str())? else { return None };
    let progress = match it.state() {
        // One that failed holds on to nothing, and AWS removes it within the hour.
        Some(NatGatewayState::Deleted | NatGatewayState::Failed) => return None,
        Some(NatGatewayState::Available) => Progress::Ready,
        Some(NatGatewayState::Deleting) => Progress::Going,
        Some(_) | None => Progress::Coming,
    };
    let address = it.nat_gateway_addresses().iter().find_map(|address| address.allocation_id());
    Some(NatGateway {
        id: it.nat_gateway_id()?.to_owned(),
        tags,
        zone,
        subnet: it.subnet_id().unwrap_or_default().to_owned(),
        address: address.unwrap_or_default().to_owned(),
        progress,
    })
}

/// Allocates the address of a zone's gateway.
async fn allocate(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    (zone, known): (&str, &[Address]),
) -> Result<Address, RemoteError> {
    let tags = vpc.tags_of(&Part::Nat(zone.to_owned()));
    let find = || async {
        let is_new = |it: &Address| it.zone == zone && known.iter().all(|known| known.id != it.id);
        Ok(look_addresses(session, vpc).await?.into_iter().find(is_new))
    };
    let send = || async {
        let request = session.client.allocate_address().domain(DomainType::Vpc);
        let request = request.tag_specifications(specification(ResourceType::ElasticIp, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        let (Some(id), Some(ip)) = (answer.allocation_id, answer.public_ip) else { return Ok(None) };
        Ok(Some(Address { id, tags: tags.clone().into_iter().collect(), zone: zone.to_owned(), ip }))
    };
    make(session, doing, find, send).await
}

/// Makes the gateway of a zone.
async fn create(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    (zone, subnet, address): (&str, &str, &str),
) -> Result<NatGateway, RemoteError> {
    let tags = vpc.tags_of(&Part::Nat(zone.to_owned()));
    let token = Nonce::random();
    let find = || async { Ok(look(session, vpc).await?.into_iter().find(|it| it.address == address)) };
    let send = || async {
        let request = session.client.create_nat_gateway().subnet_id(subnet).allocation_id(address);
        let request = request.client_token(token.as_str());
        let request = request.tag_specifications(specification(ResourceType::Natgateway, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        let made = answer.nat_gateway().and_then(|it| nat(it, tags.clone().into_iter().collect(), vpc));
        Ok(made.map(|made| NatGateway { subnet: subnet.to_owned(), address: address.to_owned(), ..made }))
    };
    make(session, doing, find, send).await
}

/// Waits until a gateway can be used.
async fn await_ready(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let look = || async {
        let Some(found) = describe(session, id).await? else { return Ok(Seen::Missing) };
        Ok(match found.state() {
            Some(NatGatewayState::Available) => Seen::Reached(()),
            Some(NatGatewayState::Failed) => Seen::Failed(failure(&found)),
            Some(NatGatewayState::Deleting | NatGatewayState::Deleted) => {
                Seen::Failed(format!("Something else is removing the NAT gateway {id}."))
            }
            Some(other) => Seen::Pending(other.as_str().to_owned()),
            None => Seen::Pending("not known".to_owned()),
        })
    };
    session.wait(doing, USUAL_CREATE, look).await
}

/// Begins to remove a gateway.
async fn delete(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        session.client.delete_nat_gateway().nat_gateway_id(id).send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

/// Waits until a gateway that is being removed is gone, and its address free.
async fn await_gone(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let look = || async {
        Ok(match describe(session, id).await?.as_ref().and_then(WireNat::state) {
            // One that failed has nothing that could be held on to.
            Some(NatGatewayState::Deleted | NatGatewayState::Failed) | None => Seen::Reached(()),
            Some(other) => Seen::Pending(other.as_str().to_owned()),
        })
    };
    session.wait(doing, USUAL_DELETE, look).await
}

/// Gives an address back.
async fn give_back(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send =
        || async { session.client.release_address().allocation_id(id).send().await.map_err(AwsError::from) };
    let holders = Holders { filter: "association.allocation-id", id };
    let held = |refusal: AwsError| async move { holders.told(session, &refusal).await };
    once_free(session, doing, held, send).await
}

async fn describe(session: &Session<'_>, id: &str) -> Result<Option<WireNat>, AwsError> {
    match session.client.describe_nat_gateways().nat_gateway_ids(id).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.nat_gateways.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn failure(nat: &WireNat) -> String {
    let reason = nat.failure_message().unwrap_or("AWS gives no reason").trim_end_matches('.');
    let code = nat.failure_code().map(|code| format!(" ({code})")).unwrap_or_default();
    format!("The NAT gateway has failed: {reason}{code}. Apply again to have another one made in its place.")
}
