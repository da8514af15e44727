//! A replication group, and how it is described.

use serde_json::{Value, json};

use super::shard::{Node, Role, Shard, slots};
use crate::{document::Document, tag_list::untagged, world::Object};

/// A replication group.
#[derive(Debug)]
pub(in crate::elasticache) struct Group {
    /// Its description, without what comes from the shards.
    pub(in crate::elasticache) object: Object,
    /// What its cache clusters are described with, each of them.
    pub(in crate::elasticache) cluster: Document,
    pub(in crate::elasticache) shards: Vec<Shard>,
    pub(in crate::elasticache) port: i64,
    /// What waits for the maintenance window: members of a cache cluster.
    pub(super) waiting: Document,
    /// What makes its host names differ from those of others.
    pub(super) host: String,
}

impl Group {
    pub(in crate::elasticache) fn id(&self) -> &str {
        self.object.document.given("ReplicationGroupId")
    }

    pub(in crate::elasticache) fn status(&self) -> &str {
        self.object.document.given("Status")
    }

    pub(super) fn is_clustered(&self) -> bool {
        self.object.document.flag("ClusterEnabled") == Some(true)
    }

    /// Whether its nodes have addresses already.
    fn is_open(&self) -> bool {
        !["creating", "create-failed"].contains(&self.status())
    }

    /// The name of a node's cache cluster.
    pub(super) fn cluster_id(&self, shard: &Shard, node: &Node) -> String {
        if self.is_clustered() {
            format!("{}-{}-{:03}", self.id(), shard.name(), node.number)
        } else {
            format!("{}-{:03}", self.id(), node.number)
        }
    }

    fn endpoint(&self, name: &str) -> Value {
        json!({ "Address": format!("{name}.{}", self.host), "Port": self.port })
    }

    /// What DescribeReplicationGroups answers with.
    pub(in crate::elasticache) fn described(&self) -> Document {
        let mut document = untagged(&self.object.document);
        let nodes = self.shards.iter().flat_map(|shard| shard.nodes.iter().map(move |node| (shard, node)));
        let members: Vec<String> = nodes.map(|(shard, node)| self.cluster_id(shard, node)).collect();
        document.set("MemberClusters", members);
        document.set("NodeGroups", self.node_groups());
        if self.is_clustered() && self.is_open() {
            document.set("ConfigurationEndpoint", self.endpoint(&format!("clustercfg.{}", self.id())));
        }
        document
    }

    fn node_groups(&self) -> Vec<Value> {
        let count = self.shards.len();
        let shards = self.shards.iter().enumerate().map(|(index, shard)| {
            let status = if self.status() == "creating" { "creating" } else { shard.status };
            let members = shard.nodes.iter().map(|node| self.member(shard, node));
            let mut described = Document::new()
                .with("NodeGroupId", shard.name())
                .with("Status", status)
                .with("NodeGroupMembers", members.collect::<Vec<_>>());
            if self.is_clustered() {
                described.set("Slots", slots(index, count));
            } else if self.is_open() {
                described.set("PrimaryEndpoint", self.endpoint(&format!("master.{}", self.id())));
                described.set("ReaderEndpoint", self.endpoint(&format!("replica.{}", self.id())));
            }
            described.into()
        });
        shards.collect()
    }

    fn member(&self, shard: &Shard, node: &Node) -> Value {
        let cluster = self.cluster_id(shard, node);
        let mut member = Document::new()
            .with("CacheClusterId", cluster.as_str())
            .with("CacheNodeId", "0001")
            .with("PreferredAvailabilityZone", node.zone.as_str());
        // In a cluster of several shards clients ask the nodes themselves who is who.
        if !self.is_clustered() && self.is_open() {
            member.set("CurrentRole", node.role.as_str());
            member.set("ReadEndpoint", self.endpoint(&cluster));
        }
        member.into()
    }

    /// What DescribeCacheClusters answers with, by the names of the clusters.
    pub(super) fn clusters(&self) -> Vec<(String, Document)> {
        let nodes = self.shards.iter().flat_map(|shard| shard.nodes.iter().map(move |node| (shard, node)));
        let described = nodes.map(|(shard, node)| {
            let id = self.cluster_id(shard, node);
            let status = if shard.status == "available" { self.status() } else { shard.status };
            let mut cluster = self.cluster.clone();
            cluster.carry(
                &self.object.document,
                &[
                    "ReplicationGroupId",
                    "CacheNodeType",
                    "Engine",
                    "SnapshotRetentionLimit",
                    "SnapshotWindow",
                    "AutoMinorVersionUpgrade",
                    "AuthTokenEnabled",
                    "TransitEncryptionEnabled",
                    "TransitEncryptionMode",
                    "AtRestEncryptionEnabled",
                    "NetworkType",
                    "IpDiscovery",
                ],
            );
            cluster.set("CacheClusterId", id.as_str());
            cluster.set("CacheClusterStatus", status);
            cluster.set("NumCacheNodes", 1);
            cluster.set("PreferredAvailabilityZone", node.zone.as_str());
            cluster.set("PendingModifiedValues", self.waiting.clone());
            cluster.set(
                "ARN",
                self.object
                    .document
                    .given("ARN")
                    .replace(&format!("replicationgroup:{}", self.id()), &format!("cluster:{id}")),
            );
            let cache_node = self.cache_node(&id, node);
            cluster.set("CacheNodes", json!([cache_node]));
            (id, cluster)
        });
        described.collect()
    }

    fn cache_node(&self, cluster_id: &str, node: &Node) -> Value {
        let mut cache_node = Document::new()
            .with("CacheNodeId", "0001")
            .with("CacheNodeStatus", self.status())
            .with("CacheNodeCreateTime", self.cluster.given("CacheClusterCreateTime"))
            .with("ParameterGroupStatus", "in-sync")
            .with("CustomerAvailabilityZone", node.zone.as_str());
        if self.is_open() {
            cache_node.set("Endpoint", self.endpoint(cluster_id));
        }
        cache_node.into()
    }

    /// Whether every shard has somebody to take over.
    pub(super) fn has_replicas(&self) -> bool {
        self.shards.iter().all(|shard| shard.nodes.iter().any(|node| node.role == Role::Replica))
    }
}
