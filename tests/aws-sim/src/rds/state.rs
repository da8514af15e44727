//! All databases with what belongs to them.

use std::collections::BTreeMap;

use super::parameter_group::ParameterGroup;
use crate::{
    calls::Call,
    region::Region,
    world::{Listed, Object, World, owner_in_list},
};

/// Region and name; names are in lower case.
pub(super) type Key = (Region, String);

/// All databases with what belongs to them.
#[derive(Debug, Default)]
pub(crate) struct Rds {
    pub(super) instances: BTreeMap<Key, Object>,
    pub(super) subnet_groups: BTreeMap<Key, Object>,
    pub(super) parameter_groups: BTreeMap<Key, ParameterGroup>,
    pub(super) snapshots: BTreeMap<Key, Object>,
}

/// Where an instance is, for what happens to it later.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) key: Key,
    serial: u64,
}

impl Place {
    pub(super) fn new(key: Key, object: &Object) -> Self {
        Self { key, serial: object.serial }
    }

    /// The instance, if it is still the same.
    pub(super) fn find<'a>(&self, world: &'a mut World) -> Option<&'a mut Object> {
        world.rds.instances.get_mut(&self.key).filter(|object| object.serial == self.serial)
    }
}

/// The key of something in the region of the call.
pub(super) fn key(call: &Call, name: &str) -> Key {
    (call.region.clone(), name.to_lowercase())
}

/// The key that a name in a region stands for, or an ARN in any.
pub(super) fn key_of(region: &Region, name_or_arn: &str) -> Key {
    let parts: Vec<&str> = name_or_arn.splitn(7, ':').collect();
    match parts[..] {
        ["arn", _, "rds", region, _, "db", name] => (Region::new(region), name.to_lowercase()),
        _ => (region.clone(), name_or_arn.to_lowercase()),
    }
}

impl Rds {
    pub(crate) fn objects(&self) -> Vec<Listed> {
        let instances = self.instances.iter().map(|it| (it, ("db", "DBInstanceIdentifier", "DBInstanceArn")));
        let subnet_groups =
            self.subnet_groups.iter().map(|it| (it, ("subgrp", "DBSubnetGroupName", "DBSubnetGroupArn")));
        let parameter_groups = self.parameter_groups.iter().map(|(key, group)| {
            ((key, &group.object), ("pg", "DBParameterGroupName", "DBParameterGroupArn"))
        });
        let snapshots =
            self.snapshots.iter().map(|it| (it, ("snapshot", "DBSnapshotIdentifier", "DBSnapshotArn")));
        let all = instances.chain(subnet_groups).chain(parameter_groups).chain(snapshots);
        all.map(|(((region, _), object), (kind, name, arn))| Listed {
            service: "rds",
            region: region.as_str().to_owned(),
            kind,
            name: object.document.given(name).to_owned(),
            arn: object.document.given(arn).to_owned(),
            status: ["DBInstanceStatus", "Status", "SubnetGroupStatus"]
                .into_iter()
                .find_map(|member| object.document.text(member))
                .unwrap_or("available")
                .to_owned(),
            owner: owner_in_list(&object.document.inners(crate::tag_list::TAGS)),
            orphan_of: self.lost_source(region, object),
        })
        .collect()
    }

    /// The ids of the subnets and security groups that databases are in. AWS's are in the zones of a group that they use;
    /// here in all of it.
    pub(crate) fn network_parts(&self, region: &Region) -> Vec<String> {
        let instances = self.instances.iter().filter(|((of, _), _)| of == region);
        let parts = instances.flat_map(|(_, instance)| {
            let subnets = instance.document.inner("DBSubnetGroup").inners("Subnets").into_iter();
            let subnets = subnets.map(|subnet| subnet.given("SubnetIdentifier").to_owned());
            let groups = instance.document.inners("VpcSecurityGroups").into_iter();
            subnets
                .chain(groups.map(|group| group.given("VpcSecurityGroupId").to_owned()))
                .collect::<Vec<_>>()
        });
        parts.collect()
    }

    /// The source of a replica that does not exist any more.
    fn lost_source(&self, region: &Region, object: &Object) -> Option<String> {
        let source = object.document.text("ReadReplicaSourceDBInstanceIdentifier")?;
        (!self.instances.contains_key(&key_of(region, source))).then(|| source.to_owned())
    }
}
