//! Whether the account may have another VPC, and the gateways with their addresses that are planned.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::Filter;
use aws_sdk_ec2::types::builders::FilterBuilder;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, RemoteError};

use super::wanted::nat_zones;
use super::{VpcModel, zones};
use crate::ec2::Session;
use crate::quota::{Certainty, Demand, ELASTIC_ADDRESSES, Limit, NAT_GATEWAYS, VPCS, told};

const CHECK: &str = "failed to count what the account has";

/// The attribute of an account that says how many elastic addresses it may have in a region.
const MOST_ADDRESSES: &str = "vpc-max-elastic-ips";

/// The states in which a NAT gateway counts: "Amazon VPC quotas" in AWS's guide.
const COUNTED: [&str; 3] = ["pending", "available", "deleting"];

/// What the account may not have.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&VpcModel>,
    planned: &VpcModel,
) -> Vec<Diagnostic> {
    let more = addresses(planned).saturating_sub(prior.map_or(0, addresses));
    told([
        Box::pin(check_addresses(session, more)).await,
        Box::pin(check_vpcs(session, prior)).await,
        Box::pin(check_gateways(session, prior, planned)).await,
    ])
}

async fn check_vpcs(
    session: &Session<'_>,
    prior: Option<&VpcModel>,
) -> Result<Option<Diagnostic>, RemoteError> {
    if prior.is_some() {
        return Ok(None);
    }
    let Some(limit) = Limit::ask(session, &VPCS).await? else { return Ok(None) };
    let send = || async {
        let found = session.client.describe_vpcs().into_paginator().items().send();
        found.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let used = count(&answer.map_err(|error| error.reading(CHECK))?);
    let demand = Demand {
        need: "The VPC is one more.".to_owned(),
        more: 1,
        used,
        place: None,
        attribute: "name",
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}

/// How many elastic addresses a VPC has.
pub(super) fn addresses(vpc: &VpcModel) -> u64 {
    let zones = vpc.availability_zone_count.known().copied().unwrap_or_default();
    let zones: Vec<_> = (0..zones).map(|zone| zone.to_string()).collect();
    vpc.nat.known().map_or(0, |nat| count(nat_zones(*nat, &zones)))
}

async fn check_addresses(session: &Session<'_>, more: u64) -> Result<Option<Diagnostic>, RemoteError> {
    if more == 0 {
        return Ok(None);
    }
    // Accounts without Service Quotas, or without leave to ask it, may still be told by EC2.
    let limit = match Limit::ask(session, &ELASTIC_ADDRESSES).await {
        Ok(Some(limit)) => Some(limit),
        Ok(None) | Err(_) => told_by_ec2(session).await?,
    };
    let Some(limit) = limit else { return Ok(None) };
    let send = || async { session.client.describe_addresses().send().await.map_err(AwsError::from) };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let used = count(&answer.map_err(|error| error.reading(CHECK))?.addresses.unwrap_or_default());
    let demand = Demand {
        need: format!("The NAT gateways need {more} more elastic addresses; \"single\" needs one."),
        more,
        used,
        place: None,
        attribute: "nat",
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}

/// What the attributes of the account say of elastic addresses.
async fn told_by_ec2(session: &Session<'_>) -> Result<Option<Limit>, RemoteError> {
    let send = || async {
        let request = session.client.describe_account_attributes();
        request.send().await.map_err(AwsError::from)
    };
    let Ok(answer) = session.send(Consistency::Propagation, CHECK, send).await? else { return Ok(None) };
    let attributes = answer.account_attributes.unwrap_or_default();
    let most = attributes.iter().find(|attribute| attribute.attribute_name() == Some(MOST_ADDRESSES));
    let most = most.and_then(|most| most.attribute_values().first()?.attribute_value()?.parse().ok());
    Ok(most.map(|most| Limit::known(&ELASTIC_ADDRESSES, most, ("L-0263D0A3", "EC2-VPC Elastic IPs"))))
}

/// AWS counts the gateways of each zone by itself, of all VPCs.
async fn check_gateways(
    session: &Session<'_>,
    prior: Option<&VpcModel>,
    planned: &VpcModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    if addresses(planned) == 0 {
        return Ok(None);
    }
    let there = prior.map(gateways).unwrap_or_default();
    let wanted = match planned.availability_zones.known() {
        Some(_) => gateways(planned),
        // What is left open is chosen when the plan is applied, in the same way.
        None => {
            let zones = zones::known(session, CHECK).await?;
            let count = planned.availability_zone_count.known().copied().unwrap_or_default();
            let known =
                prior.and_then(|prior| prior.availability_zones.known()).map_or(&[][..], Vec::as_slice);
            let chosen = zones::choose(&zones, usize::try_from(count).unwrap_or_default(), known);
            planned
                .nat
                .known()
                .zip(chosen)
                .map_or(Vec::new(), |(nat, zones)| nat_zones(*nat, &zones).to_vec())
        }
    };
    let new: Vec<_> = wanted.iter().filter(|zone| !there.contains(zone)).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let Some(limit) = Limit::ask(session, &NAT_GATEWAYS).await? else { return Ok(None) };
    let used = gateways_by_zone(session).await?;
    let full = new.into_iter().find_map(|zone| {
        let demand = Demand {
            need: format!("A NAT gateway is needed in {zone}."),
            more: 1,
            used: used.get(zone).copied().unwrap_or_default(),
            place: Some(zone.clone()),
            attribute: "nat",
            certainty: Certainty::Now,
        };
        limit.shortage(&session.region, demand)
    });
    Ok(full)
}

/// How many gateways each zone has. They are in the zones of their subnets.
async fn gateways_by_zone(session: &Session<'_>) -> Result<BTreeMap<String, u64>, RemoteError> {
    let send = || async {
        let states =
            COUNTED.iter().fold(Filter::builder().name("state"), |filter, state| filter.values(*state));
        let request = session.client.describe_nat_gateways().filter(states.build());
        request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let gateways = answer.map_err(|error| error.reading(CHECK))?;
    let subnets: Vec<_> = gateways.iter().filter_map(|gateway| gateway.subnet_id.clone()).collect();
    if subnets.is_empty() {
        return Ok(BTreeMap::new());
    }
    let send = || async {
        let ids: BTreeSet<_> = subnets.iter().cloned().collect();
        let ids = ids.into_iter().fold(Filter::builder().name("subnet-id"), FilterBuilder::values);
        let request = session.client.describe_subnets().filters(ids.build());
        request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let described = answer.map_err(|error| error.reading(CHECK))?;
    let zones: BTreeMap<_, _> =
        described.iter().filter_map(|it| Some((it.subnet_id()?, it.availability_zone()?))).collect();
    let mut counts = BTreeMap::new();
    for zone in subnets.iter().filter_map(|subnet| zones.get(subnet.as_str())) {
        *counts.entry((*zone).to_owned()).or_default() += 1;
    }
    Ok(counts)
}

/// The zones in which a VPC has gateways, as far as they are known.
fn gateways(vpc: &VpcModel) -> Vec<String> {
    match (vpc.nat.known(), vpc.availability_zones.known()) {
        (Some(nat), Some(zones)) => nat_zones(*nat, zones).to_vec(),
        (_, _) => Vec::new(),
    }
}

fn count<T>(things: &[T]) -> u64 {
    u64::try_from(things.len()).unwrap_or(u64::MAX)
}
