//! Clusters of Redis and Valkey.

use aws_sdk_elasticache::Client;
use serde_json::json;
use sparki_core::{Dynamic, Import, Reconcile, RemoteErrorKind};
use sparki_plan::Action;
use sparki_topology::ElasticacheRedis;

use super::stand_in::StandIn;
use crate::planned::{Instance, map, set};
use crate::support::{operation, region};

const TYPE: &str = "sparki_elasticache_redis";
const PASSWORD: &str = "correct-horse-battery";

pub(super) fn config() -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "sessions".into()),
        ("node_type", "cache.r6g.large".into()),
        ("shards", 2.into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
        ("deletion_protection", false.into()),
    ]
}

pub(super) async fn client(stand_in: &StandIn) -> Client {
    stand_in.aws.client(&region()).await.expect("nothing restricts the account")
}

/// How many groups of replication, subnets and parameters there are.
pub(super) async fn left(client: &Client) -> [usize; 3] {
    let groups = client
        .describe_replication_groups()
        .send()
        .await
        .expect("the stand-in answers")
        .replication_groups
        .unwrap_or_default();
    let subnets = client
        .describe_cache_subnet_groups()
        .send()
        .await
        .expect("the stand-in answers")
        .cache_subnet_groups
        .unwrap_or_default();
    let parameters = client.describe_cache_parameter_groups().send().await.expect("the stand-in answers");
    [groups.len(), subnets.len(), parameters.cache_parameter_groups.unwrap_or_default().len()]
}

async fn remove(instance: &Instance) {
    let outcome = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!(outcome.diagnostics.to_string(), "");
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_cache() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("engine_version_actual").as_str(), Some("7.0.7"));
    assert_eq!(instance.state.attribute("parameter_group_name").as_str(), Some("sessions-redis7"));
    let imported = instance.resource.import(instance.call(), "us-east-1/sessions".into()).await;
    let imported = imported.state.expect("it is there");
    assert_eq!(imported.attribute("member_clusters"), instance.state.attribute("member_clusters"));
    let changes = [
        ("description", "Sessions".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2", "subnet-3"])),
        ("security_group_ids", set(["sg-1"])),
        ("parameters", map([("maxmemory-policy", "allkeys-lru"), ("timeout", "60")])),
        ("parameters", map([("timeout", "90")])),
        // What is set to AWS's own default counts as set by nobody there.
        ("parameters", map([("timeout", "90"), ("maxmemory-samples", "3")])),
        ("maintenance_window", "mon:05:00-mon:06:00".into()),
        ("tags", map([("team", "edge")])),
        ("engine_version", "7.x".into()),
        ("engine_version", "7.1".into()),
        ("node_type", "cache.r6g.xlarge".into()),
        ("replicas_per_shard", 2.into()),
        ("shards", 3.into()),
        ("tls", "preferred".into()),
        ("auto_minor_version_upgrade", false.into()),
        ("multi_az", false.into()),
        ("replicas_per_shard", 0.into()),
        ("parameters", Dynamic::Null),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
    // Another family of parameters makes way for the one before.
    config.retain(|(name, _)| *name != "engine_version");
    config.push(("engine", "valkey".into()));
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("parameter_group_name").as_str(), Some("sessions-valkey8"));
    let client = client(&stand_in).await;
    assert_eq!(left(&client).await, [1, 1, 1]);
    remove(&instance).await;
    assert_eq!(left(&client).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_password_and_users_take_turns() {
    let stand_in = StandIn::start().await;
    let client = client(&stand_in).await;
    let user = client
        .create_user()
        .user_id("shop")
        .user_name("default")
        .engine("redis")
        .access_string("on ~* +@all");
    user.passwords(PASSWORD).send().await.unwrap();
    client.create_user_group().user_group_id("shop").engine("redis").user_ids("shop").send().await.unwrap();
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let with = |more: &[(&'static str, Dynamic)]| [config().as_slice(), more].concat();
    let token =
        |version: i64| vec![("auth_token_wo", PASSWORD.into()), ("auth_token_wo_version", version.into())];
    assert_eq!(instance.apply(&with(&token(1))).await, Action::Create);
    assert_eq!(instance.state.attribute("auth_token_wo"), &Dynamic::Null);
    assert_eq!(instance.apply(&with(&token(2))).await, Action::Update);
    assert_eq!(instance.apply(&with(&[("user_group_id", "shop".into())])).await, Action::Update);
    assert_eq!(instance.apply(&with(&token(3))).await, Action::Update);
    assert!(!format!("{:?}", instance.state).contains(PASSWORD));
}

#[tokio::test]
async fn what_waits_for_the_maintenance_window_is_not_planned_again() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.push(("apply_immediately", false.into()));
    assert_eq!(instance.apply(&config).await, Action::Create);
    config.retain(|(name, _)| *name != "node_type");
    config.extend([("node_type", "cache.r6g.xlarge".into()), ("engine_version", "7.1".into())]);
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("engine_version").as_str(), Some("7.1"));
    assert_eq!(instance.state.attribute("engine_version_actual").as_str(), Some("7.0.7"));
    // The version is taken back, and the machines need not wait any more.
    config.retain(|(name, _)| !["engine_version", "apply_immediately"].contains(name));
    config.push(("engine_version", "7.0".into()));
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("engine_version_actual").as_str(), Some("7.0.7"));
    let node = client(&stand_in).await.describe_cache_clusters().send().await.unwrap();
    let pending = node.cache_clusters()[0].pending_modified_values();
    assert_eq!(pending.and_then(|pending| pending.engine_version()), None);
    assert_eq!(node.cache_clusters()[0].cache_node_type(), Some("cache.r6g.xlarge"));
}

#[tokio::test]
async fn one_cache_is_made_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    let lost = |operation: &str| json!({"kind": "lost_answer", "operation": operation, "count": 1});
    let operations = ["CreateReplicationGroup", "CreateCacheSubnetGroup", "CreateCacheParameterGroup"];
    stand_in.misbehave(json!(operations.map(lost))).await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    assert_eq!(instance.apply(&config()).await, Action::Create);
    assert_eq!(left(&client(&stand_in).await).await, [1, 1, 1]);
    // Somebody else's is not taken over.
    let (ctx, _) = operation(&stand_in.aws);
    let planned = ElasticacheRedis::import(&ctx, "sessions").await.unwrap();
    let taken =
        ElasticacheRedis::create(&ctx, sparki_core::Planned::new(planned.into_inner())).await.unwrap_err();
    assert_eq!(taken.kind(), RemoteErrorKind::Conflict);
    assert!(taken.to_string().contains("terraform import <address> us-east-1/sessions"), "{taken}");
}

#[tokio::test]
async fn a_cache_changes_and_goes_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    assert_eq!(instance.apply(&config()).await, Action::Create);
    let lost = |operation: &str| json!({"kind": "lost_answer", "operation": operation, "count": 1});
    let operations = [
        "ModifyReplicationGroupShardConfiguration",
        "IncreaseReplicaCount",
        "ModifyReplicationGroup",
        "DeleteReplicationGroup",
        "DeleteCacheSubnetGroup",
    ];
    stand_in.misbehave(json!(operations.map(lost))).await;
    let mut config = config();
    config.retain(|(name, _)| *name != "shards");
    config.extend([
        ("shards", 3.into()),
        ("replicas_per_shard", 2.into()),
        ("description", "Sessions".into()),
    ]);
    assert_eq!(instance.apply(&config).await, Action::Update);
    remove(&instance).await;
    assert_eq!(left(&client(&stand_in).await).await, [0, 0, 0]);
}

#[tokio::test]
async fn nothing_stays_of_a_cache_that_aws_refuses() {
    let stand_in = StandIn::start().await;
    let (ctx, call) = operation(&stand_in.aws);
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    instance.apply(&config()).await;
    let known = ElasticacheRedis::import(&ctx, "sessions").await.unwrap();
    remove(&instance).await;
    let planned = known.into_inner().node_type("cache.x9.huge");
    let refused = ElasticacheRedis::create(&ctx, sparki_core::Planned::new(planned)).await.unwrap_err();
    assert!(refused.to_string().contains("Invalid Cache Node Type"), "{refused}");
    assert_eq!(call.recorded(), None);
    assert_eq!(left(&client(&stand_in).await).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_cache_that_aws_fails_to_make_is_recorded_and_can_be_removed() {
    let stand_in = StandIn::start().await;
    stand_in.misbehave(json!([{"kind": "failure", "operation": "CreateReplicationGroup"}])).await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.retain(|(name, _)| *name != "deletion_protection");
    let config = crate::planned::configuration(&instance.resource.schema().object, &config);
    let plan = instance.plan(&config, &Dynamic::Null);
    let outcome = instance.resource.create(instance.call(), config, plan.planned).await;
    assert!(outcome.diagnostics.to_string().contains("create-failed"), "{}", outcome.diagnostics);
    instance.state = outcome.state.expect("what was begun is recorded");
    assert_eq!(instance.state.attribute("status").as_str(), Some("create-failed"));
    remove(&instance).await;
    assert_eq!(left(&client(&stand_in).await).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_version_that_aws_does_not_offer_is_found_before_it_is_asked_for() {
    let stand_in = StandIn::start().await;
    let instance = Instance::new(TYPE, &stand_in.aws);
    assert_eq!(instance.preflight(&config()).await, "");
    let mut config = config();
    config.push(("engine_version", "7.9".into()));
    config.push(("engine", "valkey".into()));
    let told = instance.preflight(&config).await;
    assert!(
        told.contains("AWS does not offer version 7.9 of valkey in us-east-1. Use one of 7.2, 8.0"),
        "{told}"
    );
}

/// The same cluster with other attributes.
fn config_with(more: &[(&'static str, Dynamic)]) -> Vec<(&'static str, Dynamic)> {
    let is_other = |name: &str| more.iter().any(|(other, _)| *other == name);
    let usual = config().into_iter().filter(|(name, _)| !is_other(name));
    usual.chain(more.iter().cloned()).collect()
}

#[tokio::test]
async fn nodes_that_aws_does_not_tell_of_are_a_warning() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let huge = config_with(&[("node_type", "cache.r6g.huge".into())]);
    let told = instance.preflight(&huge).await;
    assert!(told.starts_with("warning: Nodes perhaps not to be had\n  at node_type\n"), "{told}");
    assert!(told.contains("nodes of type cache.r6g.huge for redis"), "{told}");
    let valkey = config_with(&[("engine", "valkey".into())]);
    assert_eq!(instance.preflight(&valkey).await, "");
    instance.apply(&config()).await;
    assert_eq!(instance.preflight(&config()).await, "");
    let told = instance.preflight(&huge).await;
    assert!(told.starts_with("warning: Nodes perhaps not to be had\n"), "{told}");
    // Where AWS does not say it, nothing is said.
    let mute =
        serde_json::json!([{"kind": "server_error", "operation": "DescribeReservedCacheNodesOfferings"}]);
    stand_in.misbehave(mute).await;
    assert_eq!(instance.preflight(&huge).await, "");
}

#[tokio::test]
async fn a_cluster_is_not_planned_to_be_made_again_while_it_is_to_be_protected() {
    let stand_in = StandIn::start().await;
    let protected = config_with(&[("deletion_protection", true.into())]);
    let mut made = Instance::new(TYPE, &stand_in.aws);
    made.apply(&protected).await;
    let again = Instance::new(TYPE, &stand_in.aws);
    let told = again.preflight(&protected).await;
    assert!(told.starts_with("error: Name of a protected cluster\n  at name\n"), "{told}");
    assert!(told.contains("terraform untaint"), "{told}");
    assert_eq!(again.preflight(&config()).await, "", "it can be replaced");
    assert_eq!(made.preflight(&protected).await, "", "it is there and stays");
}
