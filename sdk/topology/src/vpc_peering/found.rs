//! What there is of a peering.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::side::Side;

/// A peering as it was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    /// AWS's id of the peering.
    pub(super) id: String,
    /// AWS account of both sides.
    pub(super) account: Option<String>,
    pub(super) requester: End,
    pub(super) accepter: End,
}

/// One end of a peering as it was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct End {
    /// The status of the peering as this side's region shows it.
    pub(super) status: String,
    /// The tags of the peering in this side's region.
    pub(super) tags: HashMap<String, String>,
    /// Whether names of this side's machines are resolved for the other side.
    pub(super) dns: Dns,
    /// The IPv4 ranges of the VPC.
    pub(super) blocks: BTreeSet<String>,
    /// The routes to IPv4 addresses of each of the VPC's route tables.
    pub(super) tables: Tables,
}

/// Routes by route table and destination.
pub(super) type Tables = BTreeMap<String, BTreeMap<String, Route>>;

/// Whether names are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dns {
    /// They are.
    On,
    /// They are not.
    #[default]
    Off,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) target: Target,
    pub(super) leads: Leads,
}

/// What a route is to lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A peering.
    Peering(String),
    /// Something else, in words.
    Elsewhere(String),
}

/// Whether what a route leads to is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// It is.
    Somewhere,
    /// It is not: the route is a black hole.
    Nowhere,
}

/// Where a route is, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) side: Side,
    pub(super) table: String,
    pub(super) cidr: String,
}

impl Dns {
    /// What the attribute says.
    pub(super) fn wanted(dns_resolution: Option<&bool>) -> Self {
        match dns_resolution {
            Some(false) => Self::Off,
            Some(true) | None => Self::On,
        }
    }

    /// What the attribute is.
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

impl Found {
    /// The end of a side.
    pub(super) fn end(&self, side: Side) -> &End {
        match side {
            Side::Requester => &self.requester,
            Side::Accepter => &self.accepter,
        }
    }

    /// The same to be changed.
    pub(super) fn end_mut(&mut self, side: Side) -> &mut End {
        match side {
            Side::Requester => &mut self.requester,
            Side::Accepter => &mut self.accepter,
        }
    }

    /// What is at a place now.
    pub(super) fn route(&self, place: &Place) -> Option<&Route> {
        self.end(place.side).tables.get(&place.table)?.get(&place.cidr)
    }

    /// Whether a route leads through this peering.
    pub(super) fn is_through(&self, route: &Route) -> bool {
        route.target == Target::Peering(self.id.clone())
    }

    /// Every route through this peering, whoever made it.
    pub(super) fn through(&self) -> BTreeSet<Place> {
        let mut places = BTreeSet::new();
        for side in Side::BOTH {
            for (table, routes) in &self.end(side).tables {
                let ours = routes.iter().filter(|(_, route)| self.is_through(route));
                places.extend(ours.map(|(cidr, _)| Place { side, table: table.clone(), cidr: cidr.clone() }));
            }
        }
        places
    }

    /// Notes that there is a route through this peering.
    pub(super) fn add(&mut self, place: &Place) {
        let route = Route { target: Target::Peering(self.id.clone()), leads: Leads::Somewhere };
        let table = self.end_mut(place.side).tables.entry(place.table.clone()).or_default();
        table.insert(place.cidr.clone(), route);
    }

    /// Notes that a route is gone.
    pub(super) fn remove(&mut self, place: &Place) {
        if let Some(table) = self.end_mut(place.side).tables.get_mut(&place.table) {
            table.remove(&place.cidr);
        }
    }
}
