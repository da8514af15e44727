//! NAT gateways and their addresses: what there is to be.

use std::fmt;

use super::Access;
use super::parts::{Address, NatGateway, Parts, Progress};
use super::wanted::Wanted;

/// A step about a NAT gateway or its address.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NatStep {
    /// Allocates the address of the one in a zone.
    Allocate(String),
    /// Makes the one of a zone.
    Make { zone: String, subnet: String, address: String },
    /// Waits until it can be used.
    Await(String),
    /// Begins to remove it.
    Remove(String),
    /// Waits until it is gone.
    AwaitGone(String),
    /// Gives an address back.
    Release(String),
}

/// The gateway of a zone that is kept: one that stands in a public tier that stays.
pub(super) fn kept<'a>(wanted: &Wanted, parts: &'a Parts, zone: &str) -> Option<&'a NatGateway> {
    let is_public = |id: &str| {
        let subnet = parts.subnets.iter().find(|subnet| subnet.id == id);
        subnet.is_some_and(|subnet| {
            wanted.tiers.get(&subnet.tier) == Some(&Access::Public) && wanted.zones.contains(&subnet.zone)
        })
    };
    let is_kept = |nat: &&NatGateway| nat.zone == zone && nat.progress.is_alive() && is_public(&nat.subnet);
    wanted.nat_zones().iter().find(|known| *known == zone)?;
    parts.nats.iter().find(is_kept)
}

/// An address for each gateway that is to be made.
pub(super) fn allocate(wanted: &Wanted, parts: &Parts) -> Vec<NatStep> {
    let lacks = |zone: &&String| kept(wanted, parts, zone).is_none() && free(parts, zone).is_none();
    wanted.nat_zones().iter().filter(lacks).map(|zone| NatStep::Allocate(zone.clone())).collect()
}

/// The gateways that there are to be.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<NatStep> {
    let missing = wanted.nat_zones().iter().filter(|zone| kept(wanted, parts, zone).is_none());
    let step = |zone: &String| {
        let subnet = wanted.tiers_with(Access::Public).find_map(|tier| parts.subnet(tier, zone))?;
        let address = free(parts, zone)?;
        Some(NatStep::Make { zone: zone.clone(), subnet: subnet.id.clone(), address: address.id.clone() })
    };
    missing.filter_map(step).collect()
}

/// Routes lead only to gateways that can be used.
pub(super) fn wait(wanted: &Wanted, parts: &Parts) -> Vec<NatStep> {
    let kept = wanted.nat_zones().iter().filter_map(|zone| kept(wanted, parts, zone));
    kept.filter(|nat| nat.progress == Progress::Coming).map(|nat| NatStep::Await(nat.id.clone())).collect()
}

/// Those that are not kept go.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<NatStep> {
    let is_kept = |nat: &NatGateway| kept(wanted, parts, &nat.zone).is_some_and(|kept| kept.id == nat.id);
    let step = |nat: &NatGateway| match nat.progress {
        Progress::Going => NatStep::AwaitGone(nat.id.clone()),
        Progress::Ready | Progress::Coming | Progress::Failed => NatStep::Remove(nat.id.clone()),
    };
    parts.nats.iter().filter(|nat| !is_kept(nat)).map(step).collect()
}

/// Addresses that no gateway has are given back.
pub(super) fn release(_: &Wanted, parts: &Parts) -> Vec<NatStep> {
    let is_used = |address: &Address| parts.nats.iter().any(|nat| nat.address == address.id);
    let unused = parts.addresses.iter().filter(|address| !is_used(address));
    unused.map(|address| NatStep::Release(address.id.clone())).collect()
}

/// An address of a zone that no gateway has.
fn free<'a>(parts: &'a Parts, zone: &str) -> Option<&'a Address> {
    let is_used = |address: &Address| parts.nats.iter().any(|nat| nat.address == address.id);
    parts.addresses.iter().find(|address| address.zone == zone && !is_used(address))
}

impl fmt::Display for NatStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allocate(zone) => write!(f, "allocate the address of the NAT gateway in {zone}"),
            Self::Make { zone, .. } => write!(f, "make the NAT gateway in {zone}"),
            Self::Await(id) => write!(f, "wait for {id}"),
            Self::Remove(id) => write!(f, "remove {id}"),
            Self::AwaitGone(id) => write!(f, "wait until {id} is gone"),
            Self::Release(id) => write!(f, "release {id}"),
        }
    }
}
