//! What there is to be, and the steps that lead there from what there is. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sparki_core::Value;

use super::VpcPeeringModel;
use super::connection::ACTIVE;
use super::found::{Dns, Found, Leads, Place};
use super::side::Side;

/// Routes by route table, as the state has them.
pub(super) type Routes = BTreeMap<String, BTreeSet<String>>;

/// What there is to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) dns: Dns,
    pub(super) routes: BTreeSet<Place>,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Has the peering accepted, and waits until it is active.
    Activate,
    /// Turns the resolution of the names of a side on or off.
    Resolve(Side, Dns),
    /// Adds a route.
    Add(Place),
    /// Makes a route through the peering lead somewhere again.
    Renew(Place),
    /// Removes a route.
    Remove(Place),
}

impl Wanted {
    /// What a peering is to be. Ranges that the practitioner does not name are those that the VPCs have now.
    pub(super) fn of(peering: &VpcPeeringModel, found: &Found) -> Self {
        let mut routes = BTreeSet::new();
        for side in Side::BOTH {
            let (Some(member), Some(other)) = (side.member(peering), side.other().member(peering)) else {
                continue;
            };
            let cidrs = match &other.cidrs {
                Value::Known(cidrs) => cidrs,
                Value::Null | Value::Unknown(_) => &found.end(side.other()).blocks,
            };
            for table in member.tables() {
                let place = |cidr: &String| Place { side, table: table.clone(), cidr: cidr.clone() };
                routes.extend(cidrs.iter().map(place));
            }
        }
        Self { dns: Dns::wanted(peering.dns_resolution.known()), routes }
    }

    /// The same with the routes of a plan, if it says which.
    pub(super) fn planned(peering: &VpcPeeringModel, found: &Found) -> Self {
        let wanted = Self::of(peering, found);
        let Some(planned) = peering.routes.known() else { return wanted };
        let mut routes = BTreeSet::new();
        for side in Side::BOTH {
            let tables = side.member(peering).into_iter().flat_map(|member| member.tables());
            for table in tables {
                let cidrs = planned.get(table).into_iter().flatten();
                routes.extend(cidrs.map(|cidr| Place { side, table: table.clone(), cidr: cidr.clone() }));
            }
        }
        Self { routes, ..wanted }
    }

    /// Nothing: every route goes.
    pub(super) fn nothing() -> Self {
        Self { dns: Dns::Off, routes: BTreeSet::new() }
    }
}

/// The places of routes by route table. A table is on the side whose VPC has it; one that is gone has no routes.
pub(super) fn places(routes: &Value<Routes>, found: &Found) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for (table, cidrs) in routes.known().into_iter().flatten() {
        let has = |side: &Side| found.end(*side).tables.contains_key(table);
        let Some(side) = Side::BOTH.into_iter().find(has) else { continue };
        places.extend(cidrs.iter().map(|cidr| Place { side, table: table.clone(), cidr: cidr.clone() }));
    }
    places
}

/// The steps that lead to what is wanted. `own` are the routes that belong to the peering: others are left alone.
pub(super) fn steps(wanted: &Wanted, found: &Found, own: &BTreeSet<Place>) -> Vec<Step> {
    let mut steps = Vec::new();
    if Side::BOTH.into_iter().any(|side| found.end(side).status != ACTIVE) {
        steps.push(Step::Activate);
    }
    let resolved = Side::BOTH.into_iter().filter(|side| found.end(*side).dns != wanted.dns);
    steps.extend(resolved.map(|side| Step::Resolve(side, wanted.dns)));
    for place in &wanted.routes {
        let is_active = found.end(place.side).status == ACTIVE;
        match found.route(place) {
            Some(route) if found.is_through(route) => {
                // Without a peering that is active, every route through it leads nowhere.
                if route.leads == Leads::Nowhere && is_active {
                    steps.push(Step::Renew(place.clone()));
                }
            }
            Some(_) | None => steps.push(Step::Add(place.clone())),
        }
    }
    steps.extend(removals(wanted, found, own));
    steps
}

/// The routes of the peering that are not wanted.
pub(super) fn removals<'a>(
    wanted: &'a Wanted,
    found: &'a Found,
    own: &'a BTreeSet<Place>,
) -> impl Iterator<Item = Step> + 'a {
    let unwanted = own.iter().filter(|place| !wanted.routes.contains(*place));
    let there = unwanted.filter(|place| found.route(place).is_some_and(|route| found.is_through(route)));
    there.map(|place| Step::Remove(place.clone()))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activate => f.write_str("have the peering accepted"),
            Self::Resolve(side, Dns::On) => write!(f, "turn DNS resolution on for names of the {side}"),
            Self::Resolve(side, Dns::Off) => write!(f, "turn DNS resolution off for names of the {side}"),
            Self::Add(Place { side, table, cidr }) => {
                write!(f, "add the route to {cidr} to {table} of the {side}")
            }
            Self::Renew(Place { side, table, cidr }) => {
                write!(f, "renew the route to {cidr} in {table} of the {side}")
            }
            Self::Remove(Place { side, table, cidr }) => {
                write!(f, "remove the route to {cidr} from {table} of the {side}")
            }
        }
    }
}
