//! All caches with what belongs to them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{global_group::GlobalGroup, parameter_group::ParameterGroup, replication_group::Group};
use crate::{
    calls::Call,
    region::Region,
    tag_list::TAGS,
    world::{Listed, Object, World, owner_in_list},
};

/// Region and name; names are in lower case.
pub(super) type Key = (Region, String);

/// All caches with what belongs to them.
#[derive(Debug, Default)]
pub(crate) struct ElastiCache {
    pub(super) groups: BTreeMap<Key, Group>,
    /// By id: they belong to no region.
    pub(super) global_groups: BTreeMap<String, GlobalGroup>,
    pub(super) subnet_groups: BTreeMap<Key, Object>,
    pub(super) parameter_groups: BTreeMap<Key, ParameterGroup>,
    pub(super) users: BTreeMap<Key, Object>,
    pub(super) user_groups: BTreeMap<Key, Object>,
    pub(super) snapshots: BTreeMap<Key, Object>,
    /// When failovers were tested.
    pub(super) failovers: Vec<Timestamp>,
}

/// Where a replication group is, for what happens to it later.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) key: Key,
    serial: u64,
}

impl Place {
    pub(super) fn new(key: Key, group: &Group) -> Self {
        Self { key, serial: group.object.serial }
    }

    /// The group, if it is still the same.
    pub(super) fn find<'a>(&self, world: &'a mut World) -> Option<&'a mut Group> {
        world.elasticache.groups.get_mut(&self.key).filter(|group| group.object.serial == self.serial)
    }
}

/// The key of something in the region of the call.
pub(super) fn key(call: &Call, name: &str) -> Key {
    (call.region.clone(), name.to_lowercase())
}

impl ElastiCache {
    /// The ids of the subnets and security groups that caches are in. AWS's are in the zones of a group that they use; here
    /// in all of it.
    pub(crate) fn network_parts(&self, region: &Region) -> Vec<String> {
        let groups = self.groups.iter().filter(|((of, _), _)| of == region);
        let parts = groups.flat_map(|(_, group)| {
            let name = group.cluster.given("CacheSubnetGroupName").to_owned();
            let subnets = self.subnet_groups.get(&(region.clone(), name));
            let subnets = subnets.map(|it| it.document.inners("Subnets")).unwrap_or_default().into_iter();
            let subnets = subnets.map(|subnet| subnet.given("SubnetIdentifier").to_owned());
            let groups = group.cluster.inners("SecurityGroups").into_iter();
            subnets.chain(groups.map(|group| group.given("SecurityGroupId").to_owned())).collect::<Vec<_>>()
        });
        parts.collect()
    }

    pub(crate) fn objects(&self) -> Vec<Listed> {
        let groups = self.groups.iter().map(|((region, _), group)| {
            (region.as_str(), &group.object, ("replicationgroup", "ReplicationGroupId"))
        });
        let global_groups = self
            .global_groups
            .values()
            .map(|group| ("global", &group.object, ("globalreplicationgroup", "GlobalReplicationGroupId")));
        let subnet_groups = plain(&self.subnet_groups, ("subnetgroup", "CacheSubnetGroupName"));
        let parameter_groups = self.parameter_groups.iter().map(|((region, _), group)| {
            (region.as_str(), &group.object, ("parametergroup", "CacheParameterGroupName"))
        });
        let users = plain(&self.users, ("user", "UserId"));
        let user_groups = plain(&self.user_groups, ("usergroup", "UserGroupId"));
        let snapshots = plain(&self.snapshots, ("snapshot", "SnapshotName"));
        let all = groups.chain(global_groups).chain(subnet_groups).chain(parameter_groups);
        let all = all.chain(users).chain(user_groups).chain(snapshots);
        all.map(|(region, object, (kind, name))| Listed {
            service: "elasticache",
            region: region.to_owned(),
            kind,
            name: object.document.given(name).to_owned(),
            arn: object.document.given("ARN").to_owned(),
            status: ["Status", "SnapshotStatus"]
                .into_iter()
                .find_map(|member| object.document.text(member))
                .unwrap_or("available")
                .to_owned(),
            owner: owner_in_list(&object.document.inners(TAGS)),
            orphan_of: None,
        })
        .collect()
    }
}

type Row<'a> = (&'a str, &'a Object, (&'static str, &'static str));

fn plain<'a>(
    objects: &'a BTreeMap<Key, Object>,
    names: (&'static str, &'static str),
) -> impl Iterator<Item = Row<'a>> {
    objects.iter().map(move |((region, _), object)| (region.as_str(), object, names))
}
