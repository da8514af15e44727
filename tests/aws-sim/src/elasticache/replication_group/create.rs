//! Making a replication group.

use serde_json::{Value, json};

use super::{
    check::{Layout, layout},
    group::Group,
    shard::Shard,
};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    elasticache::{
        global_group,
        state::{Place, key},
    },
    refusal::Refusal,
    world::World,
};

/// Six nodes take about 11 minutes; as a secondary of a global group, 13.
const SECONDS: i64 = 660;
const SECONDS_SECONDARY: i64 = 780;

pub(in crate::elasticache) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let id = call.input.given("ReplicationGroupId").to_lowercase();
    if world.elasticache.groups.contains_key(&key(call, &id)) {
        let message = format!("Replication group {id} already exists.");
        return Err(Refusal::new("ReplicationGroupAlreadyExistsFault", message));
    }
    let input = match call.input.text("GlobalReplicationGroupId") {
        Some(_) => global_group::filled_in(world, call)?,
        None => call.input.clone(),
    };
    let layout = layout(world, call, &input)?;
    let document = described(world, call, &input, &layout);
    let cluster = cluster(world, &input, &layout);
    let shards = (1..=layout.shards).map(|shard| Shard::new(shard, layout.replicas, &call.region));
    let host = format!("{}.{}.cache.amazonaws.com", world.ids.digits(6), call.region);
    let group = Group {
        object: world.object(document),
        cluster,
        shards: shards.collect(),
        port: input.number("Port").unwrap_or(6379),
        waiting: Document::new(),
        host,
    };
    let place = Place::new(key(call, &id), &group);
    world.elasticache.groups.insert(place.key.clone(), group);
    let global = input.text("GlobalReplicationGroupId").map(str::to_owned);
    if let Some(global) = &global {
        global_group::join(world, global, &place);
    }
    let seconds = if global.is_some() { SECONDS_SECONDARY } else { SECONDS };
    let outcome = call.outcome;
    let later = place.clone();
    world.after(seconds, move |world| {
        let Some(group) = later.find(world) else { return };
        let status = match outcome {
            Outcome::Success => "available",
            Outcome::Failure => "create-failed",
        };
        group.object.document.set("Status", status);
        if let Some(global) = global.filter(|_| outcome == Outcome::Success) {
            global_group::joined(world, &global, &later);
        }
    });
    super::read::answer(world, &place)
}

fn described(world: &World, call: &Call, input: &Document, layout: &Layout) -> Document {
    let id = input.given("ReplicationGroupId").to_lowercase();
    let flag = |member: &str| input.flag(member).unwrap_or(false);
    let enabled = |is_on: bool| if is_on { "enabled" } else { "disabled" };
    let has_token = input.has("AuthToken");
    let mut document = Document::new()
        .with("ReplicationGroupId", id.as_str())
        .with("Description", input.given("ReplicationGroupDescription"))
        .with("Status", "creating")
        .with("PendingModifiedValues", json!({}))
        .with("AutomaticFailover", enabled(flag("AutomaticFailoverEnabled") || layout.is_clustered))
        .with("MultiAZ", enabled(flag("MultiAZEnabled")))
        .with("SnapshotRetentionLimit", input.number("SnapshotRetentionLimit").unwrap_or(0))
        .with("SnapshotWindow", input.text("SnapshotWindow").unwrap_or("03:00-04:00"))
        .with("ClusterEnabled", layout.is_clustered)
        .with("ClusterMode", enabled(layout.is_clustered))
        .with("Engine", layout.version.engine)
        .with("AuthTokenEnabled", has_token)
        .with("TransitEncryptionEnabled", flag("TransitEncryptionEnabled"))
        .with("AtRestEncryptionEnabled", flag("AtRestEncryptionEnabled"))
        .with("UserGroupIds", lowercase(&input.texts("UserGroupIds")))
        .with("LogDeliveryConfigurations", logs(input))
        .with("ReplicationGroupCreateTime", world.now_text())
        .with("DataTiering", enabled(flag("DataTieringEnabled")))
        .with("AutoMinorVersionUpgrade", input.flag("AutoMinorVersionUpgrade").unwrap_or(true))
        .with("NetworkType", input.text("NetworkType").unwrap_or("ipv4"))
        .with("IpDiscovery", input.text("IpDiscovery").unwrap_or("ipv4"))
        .with("ARN", call.arn(world, "elasticache", &format!("replicationgroup:{id}")))
        .with("TagList", input.list("Tags").to_vec());
    document.carry(input, &["CacheNodeType", "KmsKeyId"]);
    if flag("TransitEncryptionEnabled") {
        document.set("TransitEncryptionMode", input.text("TransitEncryptionMode").unwrap_or("required"));
    }
    if has_token {
        document.set("AuthTokenLastModifiedDate", world.now_text());
    }
    document
}

pub(super) fn lowercase(ids: &[String]) -> Vec<String> {
    ids.iter().map(|id| id.to_lowercase()).collect()
}

/// Where logs go, for those that are on.
pub(super) fn logs(input: &Document) -> Vec<Value> {
    let configured = input.inners("LogDeliveryConfigurations").into_iter();
    let enabled = configured.filter(|it| it.flag("Enabled") != Some(false));
    let shown = enabled.map(|mut it| {
        it.remove("Enabled");
        it.with("Status", "active").into()
    });
    shown.collect()
}

fn cluster(world: &World, input: &Document, layout: &Layout) -> Document {
    let subnet_group = input.text("CacheSubnetGroupName").unwrap_or("default").to_lowercase();
    let parameters = json!({ "CacheParameterGroupName": layout.parameter_group, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": [] });
    let mut cluster = Document::new()
        .with("EngineVersion", layout.version.actual())
        .with("CacheClusterCreateTime", world.now_text())
        .with(
            "PreferredMaintenanceWindow",
            input.text("PreferredMaintenanceWindow").unwrap_or("sun:05:00-sun:06:00"),
        )
        .with("CacheSecurityGroups", json!([]))
        .with("SecurityGroups", security_groups(&input.texts("SecurityGroupIds")))
        .with("CacheParameterGroup", parameters)
        .with("CacheSubnetGroupName", subnet_group)
        .with("ReplicationGroupLogDeliveryEnabled", input.has("LogDeliveryConfigurations"));
    if let Some(topic) = input.text("NotificationTopicArn") {
        cluster.set("NotificationConfiguration", json!({ "TopicArn": topic, "TopicStatus": "active" }));
    }
    cluster
}

/// Security groups as a cluster has them.
pub(super) fn security_groups(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "SecurityGroupId": id, "Status": "active" })).collect()
}
