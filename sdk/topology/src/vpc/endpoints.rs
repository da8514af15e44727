//! Endpoints of AWS's services: what there is to be.

use std::collections::BTreeSet;
use std::fmt;

use super::parts::{Door, Endpoint, Parts, Place, Progress};
use super::wanted::Wanted;

/// A step about an endpoint, or the security group of them all.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EndpointStep {
    /// Makes the security group.
    MakeGroup,
    /// Lets the VPC through it.
    OpenGroup(String),
    /// Removes the security group.
    RemoveGroup(String),
    /// Makes the endpoint of a service.
    Make { service: String, place: Place, group: Option<String> },
    /// Moves the endpoint of a service.
    Move { id: String, service: String, add: Place, remove: Place },
    /// Waits until it can be used.
    Await(String),
    /// Begins to remove it.
    Remove(String),
    /// Waits until it is gone.
    AwaitGone(String),
}

/// Services whose endpoints are routes. All others are reached by network interfaces.
pub(super) const ROUTED: [&str; 2] = ["dynamodb", "s3"];

/// Whether the endpoint of a service is a route.
pub(super) fn is_routed(service: &str) -> bool {
    ROUTED.contains(&service)
}

/// The name by which AWS knows the endpoint of a service.
pub(super) fn service_name(region: &str, service: &str) -> String {
    // In China, only the first ones have the name without the country.
    let country = if region.starts_with("cn-") && !is_routed(service) { "cn." } else { "" };
    format!("{country}com.amazonaws.{region}.{service}")
}

/// The security group of the endpoints, and that the VPC reaches them.
pub(super) fn make_group(wanted: &Wanted, parts: &Parts) -> Vec<EndpointStep> {
    if wanted.endpoints.iter().all(|service| is_routed(service)) {
        return Vec::new();
    }
    match parts.groups.first() {
        None => vec![EndpointStep::MakeGroup],
        Some(group) if group.door == Door::Closed => vec![EndpointStep::OpenGroup(group.id.clone())],
        Some(_) => Vec::new(),
    }
}

/// The endpoints that there are to be, where they are to be.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<EndpointStep> {
    let step = |service: &String| {
        let Some(there) = kept(wanted, parts, service) else {
            let place = place(wanted, parts, service, None)?;
            let group = match &place {
                Place::Tables(_) => None,
                Place::Subnets(_) => Some(parts.groups.first()?.id.clone()),
            };
            return Some(EndpointStep::Make { service: service.clone(), place, group });
        };
        let wanted = place(wanted, parts, service, Some(there))?;
        let (add, remove) = (without(&wanted, &there.place), without(&there.place, &wanted));
        let is_moved = !ids(&add).is_empty() || !ids(&remove).is_empty();
        let id = there.id.clone();
        is_moved.then(|| EndpointStep::Move { id, service: service.clone(), add, remove })
    };
    wanted.endpoints.iter().filter_map(step).collect()
}

/// Endpoints that can be used soon.
pub(super) fn wait(wanted: &Wanted, parts: &Parts) -> Vec<EndpointStep> {
    let kept = wanted.endpoints.iter().filter_map(|service| kept(wanted, parts, service));
    let coming = kept.filter(|endpoint| endpoint.progress == Progress::Coming);
    coming.map(|endpoint| EndpointStep::Await(endpoint.id.clone())).collect()
}

/// Those of services that are not wanted go, those whose tier goes, and those that have failed.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<EndpointStep> {
    let is_kept = |it: &Endpoint| kept(wanted, parts, &it.service).is_some_and(|kept| kept.id == it.id);
    let unwanted = parts.endpoints.iter().filter(|endpoint| !is_kept(endpoint));
    let step = |endpoint: &Endpoint| match endpoint.progress {
        Progress::Going => EndpointStep::AwaitGone(endpoint.id.clone()),
        Progress::Ready | Progress::Coming | Progress::Failed => EndpointStep::Remove(endpoint.id.clone()),
    };
    unwanted.map(step).collect()
}

/// Without endpoints in subnets, their security group goes.
pub(super) fn remove_group(wanted: &Wanted, parts: &Parts) -> Vec<EndpointStep> {
    let is_wanted = wanted.endpoints.iter().any(|service| !is_routed(service));
    let kept = parts.groups.first().filter(|_| is_wanted).map(|group| &group.id);
    let unwanted = parts.groups.iter().filter(|group| Some(&group.id) != kept);
    unwanted.map(|group| EndpointStep::RemoveGroup(group.id.clone())).collect()
}

/// The endpoint of a service that is kept.
fn kept<'a>(wanted: &Wanted, parts: &'a Parts, service: &str) -> Option<&'a Endpoint> {
    wanted.endpoints.get(service)?;
    let is_kept = |it: &&Endpoint| {
        let has_place = match &it.place {
            Place::Tables(_) => true,
            Place::Subnets(_) => tier(wanted, parts, it).is_some(),
        };
        it.service == service && it.progress.is_alive() && has_place
    };
    parts.endpoints.iter().find(is_kept)
}

/// The tier in which an endpoint stands, if that stays.
fn tier<'a>(wanted: &'a Wanted, parts: &Parts, endpoint: &Endpoint) -> Option<&'a str> {
    let is_in = |id: &String, tier: &str| parts.subnets.iter().any(|it| it.id == *id && it.tier == tier);
    let ids = ids(&endpoint.place);
    if ids.is_empty() {
        return wanted.endpoint_tier();
    }
    wanted.tiers.keys().map(String::as_str).find(|tier| ids.iter().any(|id| is_in(id, tier)))
}

/// Where an endpoint is to be: in every table, or in every zone of a tier.
fn place(wanted: &Wanted, parts: &Parts, service: &str, there: Option<&Endpoint>) -> Option<Place> {
    if is_routed(service) {
        let tables = wanted.tables();
        let tables = tables.iter().filter_map(|key| parts.table(key));
        return Some(Place::Tables(tables.map(|table| table.id.clone()).collect()));
    }
    let tier = match there {
        Some(there) => tier(wanted, parts, there)?,
        None => wanted.endpoint_tier()?,
    };
    let subnets = wanted.zones.iter().filter_map(|zone| parts.subnet(tier, zone));
    Some(Place::Subnets(subnets.map(|subnet| subnet.id.clone()).collect()))
}

/// The ids of the tables or subnets.
pub(super) fn ids(place: &Place) -> &BTreeSet<String> {
    match place {
        Place::Tables(ids) | Place::Subnets(ids) => ids,
    }
}

fn without(place: &Place, other: &Place) -> Place {
    let left = ids(place).difference(ids(other)).cloned().collect();
    match place {
        Place::Tables(_) => Place::Tables(left),
        Place::Subnets(_) => Place::Subnets(left),
    }
}

impl fmt::Display for EndpointStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MakeGroup => f.write_str("make the security group of the endpoints"),
            Self::OpenGroup(id) => write!(f, "let the VPC reach the endpoints ({id})"),
            Self::Make { service, .. } => write!(f, "make the endpoint of {service}"),
            Self::Move { id, service, .. } => {
                write!(f, "correct the place of the endpoint of {service} ({id})")
            }
            Self::Await(id) => write!(f, "wait for {id}"),
            Self::Remove(id) | Self::RemoveGroup(id) => write!(f, "remove {id}"),
            Self::AwaitGone(id) => write!(f, "wait until {id} is gone"),
        }
    }
}
