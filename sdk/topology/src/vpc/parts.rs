//! What there is of a VPC.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sparki_aws::TagChange;

use super::part_tags::TableKey;
use super::{Access, FlowLogs};

/// The tags of a part, as AWS has them.
pub(super) type PartTags = HashMap<String, String>;

/// What there is of a VPC, besides itself. In the order of ids, so that of two that should be one the same is kept always.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) base: Base,
    pub(super) gateways: Vec<Gateway>,
    pub(super) subnets: Vec<Subnet>,
    pub(super) addresses: Vec<Address>,
    pub(super) nats: Vec<NatGateway>,
    pub(super) tables: Vec<Table>,
    pub(super) groups: Vec<Group>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) flow_logs: Vec<FlowLog>,
}

impl Parts {
    /// The gateway that is kept, of those that there are.
    pub(super) fn gateway(&self) -> Option<&Gateway> {
        let attached = self.gateways.iter().find(|gateway| gateway.attachment == Attachment::Attached);
        attached.or_else(|| self.gateways.first())
    }

    /// The subnet of a tier in a zone.
    pub(super) fn subnet(&self, tier: &str, zone: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.tier == tier && subnet.zone == zone)
    }

    /// The table for some subnets.
    pub(super) fn table(&self, key: &TableKey) -> Option<&Table> {
        self.tables.iter().find(|table| table.key == *key)
    }

    /// Puts everything in the order of ids.
    pub(super) fn sort(&mut self) {
        self.gateways.sort_by(|one, other| one.id.cmp(&other.id));
        self.subnets.sort_by(|one, other| one.id.cmp(&other.id));
        self.addresses.sort_by(|one, other| one.id.cmp(&other.id));
        self.nats.sort_by(|one, other| one.id.cmp(&other.id));
        self.tables.sort_by(|one, other| one.id.cmp(&other.id));
        self.groups.sort_by(|one, other| one.id.cmp(&other.id));
        self.endpoints.sort_by(|one, other| one.id.cmp(&other.id));
        self.flow_logs.sort_by(|one, other| one.id.cmp(&other.id));
    }

    /// Notes a change of the tags of a part, or of the VPC with this id.
    pub(super) fn retag(&mut self, id: &str, vpc_id: &str, change: &TagChange) {
        let base = (id == vpc_id).then_some(&mut self.base.tags);
        let parts = (self.gateways.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.subnets.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.addresses.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.nats.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.tables.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.groups.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.endpoints.iter_mut().map(|it| (&it.id, &mut it.tags)))
            .chain(self.flow_logs.iter_mut().map(|it| (&it.id, &mut it.tags)));
        let of_part = parts.filter(|(part, _)| *part == id).map(|(_, tags)| tags);
        for tags in base.into_iter().chain(of_part) {
            tags.retain(|key, _| !change.remove.contains(key));
            tags.extend(change.set.clone());
        }
    }
}

/// What comes with every VPC.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Base {
    pub(super) tags: PartTags,
    pub(super) dns: Dns,
    pub(super) default_group: Option<String>,
    /// The rules of the default security group.
    pub(super) default_rules: Rules,
}

/// Whether names of machines are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dns {
    /// Of all of them.
    On,
    /// Of some or none.
    #[default]
    Off,
}

/// AWS's ids of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) ingress: Vec<String>,
    pub(super) egress: Vec<String>,
}

/// An internet gateway.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gateway {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) attachment: Attachment,
}

/// Whether a gateway is attached to the VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attachment {
    /// It is.
    Attached,
    /// It is not.
    Detached,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subnet {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) tier: String,
    pub(super) zone: String,
    pub(super) access: Access,
    pub(super) cidr: String,
    pub(super) addresses: PublicAddresses,
}

/// Whether instances get public addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PublicAddresses {
    /// They do.
    Given,
    /// They do not.
    Withheld,
}

/// An elastic address.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// Id of the allocation.
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) zone: String,
    pub(super) ip: String,
}

/// A NAT gateway that is there or will be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NatGateway {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) zone: String,
    pub(super) subnet: String,
    /// Id of the allocation of its address.
    pub(super) address: String,
    pub(super) progress: Progress,
}

/// How far what takes its time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It can be used.
    Ready,
    /// It will be.
    Coming,
    /// It is being removed.
    Going,
    /// It will never be usable.
    Failed,
}

impl Progress {
    /// Whether it can be used, or will be.
    pub(super) fn is_alive(self) -> bool {
        matches!(self, Self::Ready | Self::Coming)
    }
}

/// A route table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) key: TableKey,
    /// Where everything goes that has no other route.
    pub(super) default_route: Option<Target>,
    /// The subnets that use it, with the ids of the associations.
    pub(super) subnets: BTreeMap<String, String>,
}

/// Where a default route leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To an internet gateway.
    Gateway(String),
    /// To a NAT gateway.
    Nat(String),
    /// To an internet gateway or a NAT gateway that is gone.
    Gone,
    /// To something else, which others have put there.
    Elsewhere,
}

/// A security group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) door: Door,
}

/// Whether the endpoints can be reached from the VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// They can.
    Open,
    /// They cannot.
    Closed,
}

/// An endpoint of a service.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) service: String,
    pub(super) place: Place,
    pub(super) progress: Progress,
}

/// Where an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In these route tables.
    Tables(BTreeSet<String>),
    /// In these subnets.
    Subnets(BTreeSet<String>),
}

/// A flow log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FlowLog {
    pub(super) id: String,
    pub(super) tags: PartTags,
    pub(super) settings: FlowLogs,
}
