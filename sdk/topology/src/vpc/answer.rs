//! From AWS's description of a VPC and its parts to the model. Pure.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::Vpc as WireVpc;
use sparki_aws::{Nonce, Region, Tags};
use sparki_core::{Id, Value};

use super::parts::{Parts, Progress, Subnet};
use super::steps::{Step, next};
use super::wanted::{Wanted, Whole};
use super::{Nat, Tier, TierSubnets, VpcModel, nat};
use crate::ec2::{Cidr, NAME, partition_of, tag_map, without_name};
use crate::operation::{ShownTags, shown_tags};

/// A VPC as it was found.
pub(super) struct Sight<'a> {
    pub(super) vpc: &'a WireVpc,
    pub(super) region: &'a Region,
    pub(super) tags: Tags<'a>,
    pub(super) mark: &'a Nonce,
    pub(super) parts: &'a Parts,
}

impl Sight<'_> {
    /// The model of a VPC. `reference` is what was planned, or what the state has: what is set about the VPC stays as it is
    /// there, and where AWS has something else, `deviations` tells.
    pub(super) fn model(&self, reference: &VpcModel) -> VpcModel {
        let zones = reference.availability_zones.known().cloned().unwrap_or_default();
        let base = &self.parts.base;
        let (tags, tags_all) = self.shown_tags(reference);
        let vpc_id = self.vpc.vpc_id().unwrap_or_default();
        let wanted = self.wanted(reference);
        let nats = wanted.nat_zones().iter().filter_map(|zone| nat::kept(&wanted, self.parts, zone));
        let ips =
            nats.filter_map(|nat| self.parts.addresses.iter().find(|address| address.id == nat.address));
        let endpoints =
            self.parts.endpoints.iter().filter(|endpoint| {
                wanted.endpoints.contains(&endpoint.service) && endpoint.progress.is_alive()
            });
        let flow_log = self.parts.flow_logs.first().filter(|_| wanted.flow_logs.is_some());
        let partition = partition_of(self.region);
        let arn = |owner| format!("arn:{partition}:ec2:{}:{owner}:vpc/{vpc_id}", self.region);
        VpcModel {
            id: Value::Known(Id::new(format!("{}/{vpc_id}", self.region))),
            region: self.region.clone().into(),
            name: base.tags.get(NAME).cloned().into(),
            cidr: self.vpc.cidr_block().map(str::to_owned).into(),
            availability_zone_count: u32::try_from(zones.len()).unwrap_or_default().into(),
            availability_zones: zones.into(),
            tiers: reference.tiers.clone(),
            nat: reference.nat.clone(),
            endpoints: reference.endpoints.clone(),
            flow_logs: reference.flow_logs.clone(),
            tags,
            tags_all,
            vpc_id: vpc_id.to_owned().into(),
            arn: self.vpc.owner_id().map(arn).into(),
            subnets: self.subnets(&wanted).into(),
            internet_gateway_id: self.parts.gateway().map(|gateway| gateway.id.clone()).into(),
            nat_public_ips: ips.map(|address| address.ip.clone()).collect::<Vec<_>>().into(),
            endpoint_ids: endpoints
                .map(|endpoint| (endpoint.service.clone(), endpoint.id.clone()))
                .collect::<BTreeMap<_, _>>()
                .into(),
            flow_log_id: flow_log.map(|log| log.id.clone()).into(),
            default_security_group_id: base.default_group.clone().into(),
            deviations: next(&wanted, self.parts).iter().map(Step::to_string).collect::<Vec<_>>().into(),
            deletion_protection: reference.deletion_protection.clone(),
            timeouts: reference.timeouts.clone(),
        }
    }

    /// What would lead to the VPC as it is: the reference for one of which nothing was known before.
    pub(super) fn settings(&self) -> VpcModel {
        let subnets = &self.parts.subnets;
        let zones: BTreeSet<_> = subnets.iter().map(|subnet| subnet.zone.clone()).collect();
        let zones: Vec<_> = zones.into_iter().collect();
        let prefix = |text: &str| text.parse::<Cidr>().map_or(0, Cidr::prefix);
        let of_vpc = self.vpc.cidr_block().map_or(0, prefix);
        let tier = |subnet: &Subnet| {
            let newbits = prefix(&subnet.cidr).saturating_sub(of_vpc);
            (subnet.tier.clone(), Tier::new(newbits).access(subnet.access))
        };
        let tiers: BTreeMap<_, _> = subnets.iter().map(tier).collect();
        let nat = match self.parts.nats.iter().filter(|nat| nat.progress != Progress::Going).count() {
            0 => Nat::None,
            1 => Nat::Single,
            _ => Nat::PerZone,
        };
        let endpoints = self.parts.endpoints.iter().filter(|endpoint| endpoint.progress != Progress::Going);
        VpcModel {
            name: self.parts.base.tags.get(NAME).cloned().into(),
            cidr: self.vpc.cidr_block().map(str::to_owned).into(),
            availability_zones: zones.into(),
            tiers: tiers.into(),
            nat: nat.into(),
            endpoints: endpoints.map(|endpoint| endpoint.service.clone()).collect::<BTreeSet<_>>().into(),
            flow_logs: self.parts.flow_logs.first().map(|log| log.settings.clone()).into(),
            tags: self.shown_tags(&VpcModel::blank()).0,
            ..VpcModel::blank()
        }
    }

    /// What a model of this VPC wants of it.
    pub(super) fn wanted(&self, model: &VpcModel) -> Wanted {
        Wanted::of(self.whole((model, model)), model)
    }

    fn shown_tags(&self, known: &VpcModel) -> ShownTags {
        let there = without_name(self.parts.base.tags.clone());
        shown_tags(self.tags, Some(&there), (&known.tags, &known.tags_all))
    }

    /// What the parts of this VPC have in common. `prior` has the tags that they may have from before.
    pub(super) fn whole(&self, (model, prior): (&VpcModel, &VpcModel)) -> Whole {
        let vpc_id = self.vpc.vpc_id().unwrap_or_default();
        let whole = Whole::new((vpc_id, self.region), self.mark, self.tags, (prior, model));
        Whole { cidr: self.vpc.cidr_block().unwrap_or_default().to_owned(), ..whole }
    }

    fn subnets(&self, wanted: &Wanted) -> BTreeMap<String, TierSubnets> {
        let tier = |tier: &String| {
            let (mut ids, mut cidrs, mut tables) = (Vec::new(), Vec::new(), Vec::new());
            for zone in &wanted.zones {
                let subnet = self.parts.subnet(tier, zone);
                ids.extend(subnet.map(|subnet| subnet.id.clone()));
                let planned = wanted.cidrs.get(&(tier.clone(), zone.clone()));
                cidrs.extend(subnet.map(|subnet| &subnet.cidr).or(planned).cloned());
                let key = wanted.table_of(tier, zone);
                let table = key.and_then(|key| self.parts.table(&key)).map(|table| table.id.clone());
                tables.extend(table.filter(|id| !tables.contains(id)));
            }
            let subnets =
                TierSubnets { ids: ids.into(), cidrs: cidrs.into(), route_table_ids: tables.into() };
            (tier.clone(), subnets)
        };
        wanted.tiers.keys().map(tier).collect()
    }
}

/// The tags of a VPC, as AWS has them.
pub(super) fn tags(vpc: &WireVpc) -> super::parts::PartTags {
    tag_map(vpc.tags())
}
