//! All clusters with everything in them.

use std::collections::BTreeMap;

use super::updates::Update;
use crate::{
    document::Document,
    region::Region,
    world::{Listed, Object, owner_in_map},
};

/// All clusters, by region and name.
#[derive(Debug, Default)]
pub(crate) struct Eks {
    pub(super) clusters: BTreeMap<(Region, String), Cluster>,
}

/// A cluster with everything in it.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) object: Object,
    pub(super) updates: Vec<Update>,
    pub(super) node_groups: BTreeMap<String, Object>,
    pub(super) addons: BTreeMap<String, Object>,
    /// By the ARN of the principal.
    pub(super) access_entries: BTreeMap<String, AccessEntry>,
    /// By id.
    pub(super) associations: BTreeMap<String, Object>,
}

/// Who may do something in a cluster, and what.
#[derive(Debug)]
pub(super) struct AccessEntry {
    pub(super) object: Object,
    /// By the ARN of the policy.
    pub(super) policies: BTreeMap<String, Document>,
}

impl Cluster {
    pub(super) fn new(object: Object) -> Self {
        Self {
            object,
            updates: Vec::new(),
            node_groups: BTreeMap::new(),
            addons: BTreeMap::new(),
            access_entries: BTreeMap::new(),
            associations: BTreeMap::new(),
        }
    }

    /// It and everything in it: kind, member with the name, member with the ARN, and the object.
    fn objects(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str, &Object)> {
        let cluster = std::iter::once(("cluster", "name", "arn", &self.object));
        let node_groups =
            self.node_groups.values().map(|it| ("nodegroup", "nodegroupName", "nodegroupArn", it));
        let addons = self.addons.values().map(|it| ("addon", "addonName", "addonArn", it));
        let entries = self.access_entries.values();
        let entries = entries.map(|it| ("access-entry", "principalArn", "accessEntryArn", &it.object));
        let associations = self.associations.values();
        let associations =
            associations.map(|it| ("podidentityassociation", "associationId", "associationArn", it));
        cluster.chain(node_groups).chain(addons).chain(entries).chain(associations)
    }

    fn objects_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Object)> {
        let cluster = std::iter::once(("arn", &mut self.object));
        let node_groups = self.node_groups.values_mut().map(|it| ("nodegroupArn", it));
        let addons = self.addons.values_mut().map(|it| ("addonArn", it));
        let entries = self.access_entries.values_mut().map(|it| ("accessEntryArn", &mut it.object));
        let associations = self.associations.values_mut().map(|it| ("associationArn", it));
        cluster.chain(node_groups).chain(addons).chain(entries).chain(associations)
    }
}

impl Eks {
    pub(crate) fn objects(&self) -> Vec<Listed> {
        let all = self.clusters.iter().flat_map(|((region, _), cluster)| {
            cluster.objects().map(move |(kind, name, arn, object)| Listed {
                service: "eks",
                region: region.as_str().to_owned(),
                kind,
                name: object.document.given(name).to_owned(),
                arn: object.document.given(arn).to_owned(),
                status: object.document.text("status").unwrap_or("ACTIVE").to_owned(),
                owner: owner_in_map(&object.document.inner("tags")),
                orphan_of: None,
            })
        });
        all.collect()
    }

    /// The ids of the subnets and security groups that clusters and their machines are in.
    pub(crate) fn network_parts(&self, region: &Region) -> Vec<String> {
        let clusters = self.clusters.iter().filter(|((of, _), _)| of == region).map(|(_, cluster)| cluster);
        let parts = clusters.flat_map(|cluster| {
            let network = cluster.object.document.inner("resourcesVpcConfig");
            let of_nodes = cluster.node_groups.values().flat_map(|group| group.document.texts("subnets"));
            let own = ["subnetIds", "securityGroupIds"].map(|member| network.texts(member));
            own.into_iter().flatten().chain(of_nodes).collect::<Vec<_>>()
        });
        parts.collect()
    }

    /// What has this ARN.
    pub(super) fn with_arn(&mut self, arn: &str) -> Option<&mut Object> {
        let mut all = self.clusters.values_mut().flat_map(Cluster::objects_mut);
        all.find(|(member, object)| object.document.text(member) == Some(arn)).map(|(_, object)| object)
    }
}
