//! The route tables: what there is to be.

use std::fmt;

use super::nat;
use super::part_tags::TableKey;
use super::parts::{Parts, Table, Target};
use super::wanted::Wanted;

/// A step about a route table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RouteStep {
    /// Makes a table.
    Make(TableKey),
    /// Makes the default route of a table lead somewhere.
    Set { table: String, key: TableKey, target: Target, was: WasRouted },
    /// Makes a subnet use a table, instead of the one that it is associated with by `former`.
    Associate { table: String, subnet: String, former: Option<String> },
    /// Waits until others use a table no more that is to go.
    AwaitFree(String),
    /// Removes the default route of a table.
    Unset(String),
    /// Removes a table.
    Remove(String),
}

/// Whether a table has a default route already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WasRouted {
    /// It has, to somewhere else.
    Elsewhere,
    /// It has none.
    Not,
}

/// The tables that there are to be.
pub(super) fn make(wanted: &Wanted, parts: &Parts) -> Vec<RouteStep> {
    let missing = wanted.tables().into_iter().filter(|key| parts.table(key).is_none());
    missing.map(RouteStep::Make).collect()
}

/// Where everything leads, and who uses which table.
pub(super) fn connect(wanted: &Wanted, parts: &Parts) -> Vec<RouteStep> {
    let mut steps = Vec::new();
    for table in wanted.tables().iter().filter_map(|key| parts.table(key)) {
        let Some(target) = target(wanted, parts, &table.key) else { continue };
        let was = match &table.default_route {
            Some(there) if *there == target => continue,
            Some(_) => WasRouted::Elsewhere,
            None => WasRouted::Not,
        };
        steps.push(RouteStep::Set { table: table.id.clone(), key: table.key.clone(), target, was });
    }
    for subnet in &parts.subnets {
        let key = wanted.table_of(&subnet.tier, &subnet.zone);
        let Some(table) = key.and_then(|key| parts.table(&key)) else { continue };
        if table.subnets.contains_key(&subnet.id) {
            continue;
        }
        let former = parts.tables.iter().find_map(|other| other.subnets.get(&subnet.id));
        let (table, subnet) = (table.id.clone(), subnet.id.clone());
        steps.push(RouteStep::Associate { table, subnet, former: former.cloned() });
    }
    steps
}

/// Tables that are to go are left by the subnets of others first: nothing that these reach by them is taken away before.
pub(super) fn leave(wanted: &Wanted, parts: &Parts) -> Vec<RouteStep> {
    let is_ours = |subnet: &String| parts.subnets.iter().any(|known| known.id == *subnet);
    let used = unwanted(wanted, parts).filter(|table| !table.subnets.keys().all(is_ours));
    used.map(|table| RouteStep::AwaitFree(table.id.clone())).collect()
}

/// Default routes that there are not to be go before what they lead to. Those to what is no part of the VPC stay: others
/// have put them there, such as one to a transit gateway.
pub(super) fn disconnect(wanted: &Wanted, parts: &Parts) -> Vec<RouteStep> {
    let kept = wanted.tables();
    let is_unwanted = |table: &&Table| {
        let is_ours = match &table.default_route {
            Some(Target::Gateway(id)) => parts.gateways.iter().any(|gateway| gateway.id == *id),
            Some(Target::Nat(id)) => parts.nats.iter().any(|nat| nat.id == *id),
            Some(Target::Gone) => true,
            Some(Target::Elsewhere) | None => false,
        };
        is_ours && kept.contains(&table.key) && target(wanted, parts, &table.key).is_none()
    };
    let unwanted = parts.tables.iter().filter(is_unwanted);
    unwanted.map(|table| RouteStep::Unset(table.id.clone())).collect()
}

/// Tables that nothing needs go, once nothing uses them.
pub(super) fn remove(wanted: &Wanted, parts: &Parts) -> Vec<RouteStep> {
    unwanted(wanted, parts).map(|table| RouteStep::Remove(table.id.clone())).collect()
}

/// The tables that nothing needs.
fn unwanted<'a>(wanted: &Wanted, parts: &'a Parts) -> impl Iterator<Item = &'a Table> {
    let kept = wanted.tables();
    let is_kept = move |table: &Table| {
        kept.contains(&table.key) && parts.table(&table.key).is_some_and(|first| first.id == table.id)
    };
    parts.tables.iter().filter(move |table| !is_kept(table))
}

/// Where the default route of a table is to lead; nowhere without a gateway.
fn target(wanted: &Wanted, parts: &Parts, key: &TableKey) -> Option<Target> {
    match key {
        TableKey::Public => parts.gateway().map(|gateway| Target::Gateway(gateway.id.clone())),
        TableKey::Private(zone) => {
            let zones = wanted.nat_zones();
            let zone = zones.iter().find(|known| *known == zone).or_else(|| zones.first())?;
            nat::kept(wanted, parts, zone).map(|nat| Target::Nat(nat.id.clone()))
        }
        TableKey::Isolated => None,
    }
}

impl fmt::Display for RouteStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(key) => write!(f, "make the route table {key}"),
            Self::Set { table, key, .. } => write!(f, "set the default route of {key} ({table})"),
            Self::Associate { table, subnet, .. } => write!(f, "associate {subnet} with {table}"),
            Self::AwaitFree(table) => write!(f, "wait until others do not use {table}"),
            Self::Unset(table) => write!(f, "remove the default route of {table}"),
            Self::Remove(table) => write!(f, "remove {table}"),
        }
    }
}
