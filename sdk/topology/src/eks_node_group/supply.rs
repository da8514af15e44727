//! What AWS has where a group is to be: subnets, kinds of machines, addresses.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{InstanceType, LocationType};
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::{Diagnostic, RemoteError};

use super::EksNodeGroupModel;
use super::room::{More, Place, check_addresses, check_kinds, check_zones};
use crate::ec2::Session;

const CHECK: &str = "failed to check where the nodes are to run";

/// What stands in the way of the machines of a plan, or may.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&EksNodeGroupModel>,
    planned: &EksNodeGroupModel,
) -> Result<Vec<Diagnostic>, RemoteError> {
    let is_new = |same: fn(&EksNodeGroupModel, &EksNodeGroupModel) -> bool| {
        prior.is_none_or(|prior| !same(prior, planned))
    };
    let is_elsewhere = is_new(|a, b| a.instance_types == b.instance_types && a.subnet_ids == b.subnet_ids);
    let is_larger = is_new(|a, b| a.min >= b.min && a.max >= b.max);
    let (Some(kinds), Some(subnets)) = (planned.instance_types.known(), planned.subnet_ids.known()) else {
        return Ok(Vec::new());
    };
    if !is_elsewhere && !is_larger {
        return Ok(Vec::new());
    }
    let Some(places) = places(session, subnets).await? else { return Ok(Vec::new()) };
    let zones: BTreeSet<&str> = places.iter().map(|place| place.zone.as_str()).collect();
    let Some(offered) = offered(session, kinds, &zones).await? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    if is_elsewhere {
        found.extend(check_kinds(kinds, &places, &offered));
        found.extend(check_zones(&places));
    }
    let there: BTreeSet<&String> = offered.values().flatten().collect();
    if let (Some(more), false) = (more(prior, planned), there.is_empty())
        && let Some(taken) = addresses(session, there).await?
    {
        found.extend(check_addresses(more, &places, &taken));
    }
    Ok(found)
}

/// How many machines there are to be besides those that run.
fn more(prior: Option<&EksNodeGroupModel>, planned: &EksNodeGroupModel) -> Option<More> {
    let running = prior.and_then(|prior| prior.desired_size.known().copied()).unwrap_or(0);
    let besides = |size: u32| u64::from(size.saturating_sub(running));
    Some(More { min: besides(*planned.min.known()?), max: besides(*planned.max.known()?) })
}

/// The subnets; none if some of them are not there, which AWS says itself, or the endpoint cannot tell.
async fn places(session: &Session<'_>, ids: &BTreeSet<String>) -> Result<Option<Vec<Place>>, RemoteError> {
    let send = || async {
        let request = session.client.describe_subnets().set_subnet_ids(Some(ids.iter().cloned().collect()));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        found.map_err(AwsError::from)
    };
    let subnets = match session.send(Consistency::Propagation, CHECK, send).await? {
        Ok(subnets) => subnets,
        Err(error) if is_no_answer(&error) => return Ok(None),
        Err(error) => return Err(error.reading(CHECK)),
    };
    let place = |subnet: aws_sdk_ec2::types::Subnet| {
        let free = subnet.available_ip_address_count().and_then(|count| u64::try_from(count).ok());
        Some(Place {
            free: free?,
            subnet_id: subnet.subnet_id?,
            zone: subnet.availability_zone?,
            zone_id: subnet.availability_zone_id.unwrap_or_default(),
        })
    };
    Ok(subnets.into_iter().map(place).collect())
}

/// Which of the kinds AWS offers in each of the zones; none if the endpoint cannot tell.
async fn offered(
    session: &Session<'_>,
    kinds: &[String],
    zones: &BTreeSet<&str>,
) -> Result<Option<BTreeMap<String, BTreeSet<String>>>, RemoteError> {
    let all = |name: &str, values: Vec<String>| {
        aws_sdk_ec2::types::Filter::builder().name(name).set_values(Some(values)).build()
    };
    let send = || async {
        let request = session.client.describe_instance_type_offerings();
        let request = request.location_type(LocationType::AvailabilityZone);
        let request = request.filters(all("instance-type", kinds.to_vec()));
        let request = request.filters(all("location", zones.iter().map(|&zone| zone.to_owned()).collect()));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        found.map_err(AwsError::from)
    };
    let offerings = match session.send(Consistency::Propagation, CHECK, send).await? {
        Ok(offerings) => offerings,
        Err(error) if is_no_answer(&error) => return Ok(None),
        Err(error) => return Err(error.reading(CHECK)),
    };
    let mut offered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for offering in &offerings {
        if let (Some(zone), Some(kind)) = (offering.location(), offering.instance_type()) {
            offered.entry(zone.to_owned()).or_default().insert(kind.as_str().to_owned());
        }
    }
    Ok(Some(offered))
}

/// How many addresses a machine of each kind takes at the most; none if the endpoint cannot tell.
async fn addresses(
    session: &Session<'_>,
    kinds: BTreeSet<&String>,
) -> Result<Option<BTreeMap<String, u64>>, RemoteError> {
    let kinds: Vec<_> = kinds.into_iter().map(|kind| InstanceType::from(kind.as_str())).collect();
    let send = || async {
        let request = session.client.describe_instance_types().set_instance_types(Some(kinds.clone()));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        found.map_err(AwsError::from)
    };
    let described = match session.send(Consistency::Propagation, CHECK, send).await? {
        Ok(described) => described,
        Err(error) if is_no_answer(&error) => return Ok(None),
        Err(error) => return Err(error.reading(CHECK)),
    };
    let taken = described.iter().filter_map(|kind| {
        let network = kind.network_info()?;
        let count = |number: Option<i32>| u64::try_from(number?).ok();
        let each =
            count(network.maximum_network_interfaces())? * count(network.ipv4_addresses_per_interface())?;
        Some((kind.instance_type()?.as_str().to_owned(), each))
    });
    Ok(Some(taken.collect()))
}

/// Whether the endpoint does not know the question, or what it is about.
fn is_no_answer(error: &AwsError) -> bool {
    matches!(error.class(), Class::Garbled | Class::NotFound | Class::Invalid)
}
