//! From what was found to the model. Pure.

use std::collections::BTreeSet;

use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::connection::{ACTIVE, is_over};
use super::ends::Ends;
use super::found::{Dns, Found, Place};
use super::side::Side;
use super::steps::{Routes, Step, Wanted, steps};
use super::{PeeringMember, VpcPeeringModel};
use crate::ec2::{NAME, partition_of, without_name};
use crate::operation::shown_tags;

/// A peering as it was found, and which of its routes belong to it.
pub(super) struct Sight<'a> {
    pub(super) found: &'a Found,
    /// The regions, the requester's first.
    pub(super) regions: [Region; 2],
    pub(super) tags: Tags<'a>,
    pub(super) own: &'a BTreeSet<Place>,
}

impl<'a> Sight<'a> {
    /// What was found at both ends of an operation.
    pub(super) fn at(
        ends: &'a Ends<'_>,
        tags: Tags<'a>,
        (found, own): (&'a Found, &'a BTreeSet<Place>),
    ) -> Self {
        let regions = Side::BOTH.map(|side| ends.of(side).region.clone());
        Self { found, regions, tags, own }
    }

    /// The model of a peering. `reference` is what was planned, or what the state has, and `wanted` what that comes to: where
    /// AWS has something else, `deviations` tells.
    pub(super) fn model(&self, reference: &VpcPeeringModel, wanted: &Wanted) -> VpcPeeringModel {
        let found = self.found;
        let region = &self.regions[0];
        let dns = self.dns().unwrap_or(wanted.dns);
        let wanted = Wanted { dns, ..wanted.clone() };
        let status = self.status();
        let steps = if is_over(status) { Vec::new() } else { steps(&wanted, found, self.own) };
        let partition = partition_of(region);
        let arn =
            |account| format!("arn:{partition}:ec2:{region}:{account}:vpc-peering-connection/{}", found.id);
        let known = (&reference.tags, &reference.tags_all);
        let tags = |side| shown_tags(self.tags, Some(&without_name(found.end(side).tags.clone())), known);
        VpcPeeringModel {
            id: Id::new(format!("{region}/{}", found.id)).into(),
            name: self.of_both(&reference.name, |side| found.end(side).tags.get(NAME).cloned().into()),
            requester: self.member(reference, Side::Requester),
            accepter: self.member(reference, Side::Accepter),
            dns_resolution: dns.is_on().into(),
            tags: self.of_both(&reference.tags, |side| tags(side).0),
            tags_all: self.of_both(&reference.tags_all, |side| tags(side).1),
            vpc_peering_connection_id: found.id.clone().into(),
            arn: found.account.as_ref().map(arn).into(),
            status: status.to_owned().into(),
            routes: self.routes().into(),
            deviations: steps.iter().map(Step::to_string).collect::<Vec<_>>().into(),
            deletion_protection: reference.deletion_protection.clone(),
            timeouts: reference.timeouts.clone(),
        }
    }

    /// What would lead to the peering as it is: the reference for one of which nothing was known before.
    pub(super) fn settings(&self, vpcs: [&str; 2]) -> VpcPeeringModel {
        let through = self.found.through();
        let member = |side: Side| {
            let tables = through.iter().filter(|place| place.side == side).map(|place| place.table.clone());
            let towards = through.iter().filter(|place| place.side == side.other());
            let towards: BTreeSet<_> = towards.map(|place| place.cidr.clone()).collect();
            let index = usize::from(side == Side::Accepter);
            let is_whole = towards.is_empty() || towards == self.found.end(side).blocks;
            PeeringMember {
                region: self.regions[index].clone().into(),
                vpc_id: vpcs[index].to_owned().into(),
                route_table_ids: tables.collect::<BTreeSet<_>>().into(),
                cidrs: (!is_whole).then_some(towards).into(),
            }
        };
        VpcPeeringModel {
            requester: member(Side::Requester).into(),
            accepter: member(Side::Accepter).into(),
            dns_resolution: self.dns().is_none_or(Dns::is_on).into(),
            ..VpcPeeringModel::blank()
        }
    }

    /// The status that both regions show, or that of the one where it is not active.
    fn status(&self) -> &'a str {
        let [requester, accepter] = Side::BOTH.map(|side| self.found.end(side).status.as_str());
        if requester == ACTIVE { accepter } else { requester }
    }

    /// Whether names are resolved, if that is the same on both sides.
    fn dns(&self) -> Option<Dns> {
        let [requester, accepter] = Side::BOTH.map(|side| self.found.end(side).dns);
        (requester == accepter).then_some(requester)
    }

    /// The routes that belong to the peering and are there.
    fn routes(&self) -> Routes {
        let mut routes = Routes::new();
        for place in self.own {
            if self.found.route(place).is_some_and(|route| self.found.is_through(route)) {
                routes.entry(place.table.clone()).or_default().insert(place.cidr.clone());
            }
        }
        routes
    }

    fn member(&self, reference: &VpcPeeringModel, side: Side) -> Value<PeeringMember> {
        let index = usize::from(side == Side::Accepter);
        let member = side.member(reference).cloned().unwrap_or_else(PeeringMember::blank);
        PeeringMember { region: self.regions[index].clone().into(), ..member }.into()
    }

    /// What a side has that differs from what is known, or else what is known.
    fn of_both<T: Clone + PartialEq>(&self, known: &Value<T>, read: impl Fn(Side) -> Value<T>) -> Value<T> {
        let mut both = Side::BOTH.into_iter().map(read);
        both.find(|value| value != known).unwrap_or_else(|| known.clone())
    }
}
