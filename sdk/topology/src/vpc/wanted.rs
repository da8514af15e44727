//! What there is to be of a VPC. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::{Nonce, Region, TagChange, Tags};
use sparki_core::Value;

use super::part_tags::{Part, TableKey};
use super::parts::PartTags;
use super::{Access, FlowLogs, Nat, VpcModel};
use crate::operation::{known_tags, own_tags};

/// What there is to be of a VPC.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) vpc: Whole,
    pub(super) purpose: Purpose,
    pub(super) zones: Vec<String>,
    pub(super) tiers: BTreeMap<String, Access>,
    /// The addresses of the subnet of a tier in a zone.
    pub(super) cidrs: BTreeMap<(String, String), String>,
    pub(super) nat: Nat,
    pub(super) endpoints: BTreeSet<String>,
    pub(super) flow_logs: Option<FlowLogs>,
}

/// What the parts of a VPC have in common.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) id: String,
    pub(super) region: Region,
    pub(super) name: String,
    pub(super) cidr: String,
    /// The mark of the VPC, which all of its parts carry.
    pub(super) mark: Nonce,
    /// The tags of all parts.
    pub(super) tags: BTreeMap<String, String>,
    /// Keys of tags that the practitioner has taken away.
    pub(super) former: BTreeSet<String>,
}

/// What the parts are brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To what is wanted.
    Keep,
    /// To nothing.
    Remove,
}

impl Wanted {
    /// What a plan or a state says, where nothing is unknown that matters here.
    pub(super) fn of(vpc: Whole, model: &VpcModel) -> Self {
        let zones = model.availability_zones.known().cloned().unwrap_or_default();
        let tiers = model.tiers.known().into_iter().flatten();
        let tiers: BTreeMap<_, _> = tiers
            .map(|(name, tier)| (name.clone(), tier.access.known().copied().unwrap_or(Access::Private)))
            .collect();
        let subnets = model.subnets.known().into_iter().flatten();
        let cidrs = subnets.flat_map(|(tier, subnets)| {
            let cidrs = subnets.cidrs.known().into_iter().flatten();
            zones.iter().zip(cidrs).map(move |(zone, cidr)| ((tier.clone(), zone.clone()), cidr.clone()))
        });
        let cidrs = cidrs.collect();
        Self {
            vpc,
            purpose: Purpose::Keep,
            cidrs,
            zones,
            tiers,
            nat: model.nat.known().copied().unwrap_or(Nat::None),
            endpoints: model.endpoints.known().cloned().unwrap_or_default(),
            flow_logs: model.flow_logs.known().cloned(),
        }
    }

    /// Nothing of it.
    pub(super) fn nothing(vpc: Whole) -> Self {
        Self {
            vpc,
            purpose: Purpose::Remove,
            zones: Vec::new(),
            tiers: BTreeMap::new(),
            cidrs: BTreeMap::new(),
            nat: Nat::None,
            endpoints: BTreeSet::new(),
            flow_logs: None,
        }
    }

    /// The zones that have a NAT gateway.
    pub(super) fn nat_zones(&self) -> &[String] {
        nat_zones(self.nat, &self.zones)
    }

    /// The names of the tiers with this access, in order.
    pub(super) fn tiers_with(&self, access: Access) -> impl Iterator<Item = &str> {
        self.tiers.iter().filter(move |(_, its)| **its == access).map(|(name, _)| name.as_str())
    }

    /// The tier in which endpoints stand that are machines.
    pub(super) fn endpoint_tier(&self) -> Option<&str> {
        let by_preference = [Access::Private, Access::Isolated, Access::Public];
        by_preference.into_iter().find_map(|access| self.tiers_with(access).next())
    }

    /// The route table of a subnet.
    pub(super) fn table_of(&self, tier: &str, zone: &str) -> Option<TableKey> {
        let access = self.tiers.get(tier).filter(|_| self.zones.iter().any(|known| known == zone))?;
        Some(match access {
            Access::Public => TableKey::Public,
            Access::Private => TableKey::Private(zone.to_owned()),
            Access::Isolated => TableKey::Isolated,
        })
    }

    /// Every route table that there is to be.
    pub(super) fn tables(&self) -> BTreeSet<TableKey> {
        let every = self.tiers.keys().flat_map(|tier| self.zones.iter().map(move |zone| (tier, zone)));
        every.filter_map(|(tier, zone)| self.table_of(tier, zone)).collect()
    }
}

impl Whole {
    /// The whole that a plan or state is about. `prior` has the tags that its parts may have from before.
    pub(super) fn new(
        (id, region): (&str, &Region),
        mark: &Nonce,
        tags: Tags<'_>,
        (prior, model): (&VpcModel, &VpcModel),
    ) -> Self {
        let text = |text: &Value<String>| text.known().cloned().unwrap_or_default();
        let tags = tags.for_create(&own_tags(&model.tags), mark);
        let mut former: BTreeSet<_> = known_tags(&prior.tags, &prior.tags_all).into_keys().collect();
        former.retain(|key| !tags.contains_key(key));
        Self {
            id: id.to_owned(),
            region: region.clone(),
            name: text(&model.name),
            cidr: text(&model.cidr),
            mark: mark.clone(),
            former,
            tags,
        }
    }

    /// The tags of a part.
    pub(super) fn tags_of(&self, part: &Part) -> BTreeMap<String, String> {
        let mut tags = self.tags.clone();
        tags.extend(part.tags(&self.name));
        tags
    }

    /// What to change about the tags of a part.
    pub(super) fn tag_change(&self, part: &Part, there: &PartTags) -> TagChange {
        let mut set = self.tags_of(part);
        let mut former: Vec<&str> = self.former.iter().map(String::as_str).collect();
        for key in part.former_tags() {
            former.push(key);
        }
        former.retain(|key| there.contains_key(*key) && !set.contains_key(*key));
        let remove = former.into_iter().map(str::to_owned).collect();
        set.retain(|key, value| there.get(key) != Some(value));
        TagChange { set, remove }
    }
}

/// The zones that have a NAT gateway.
pub(super) fn nat_zones(nat: Nat, zones: &[String]) -> &[String] {
    match nat {
        Nat::None => &[],
        Nat::Single => zones.get(..1).unwrap_or_default(),
        Nat::PerZone => zones,
    }
}
