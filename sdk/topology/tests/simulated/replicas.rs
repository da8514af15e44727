//! Replicas of databases.

use aws_sdk_rds::Client;
use serde_json::json;
use sparki_core::{Dynamic, Import, Planned, Reconcile, RemoteErrorKind};
use sparki_plan::Action;
use sparki_topology::RdsReplica;

use super::stand_in::StandIn;
use crate::Moto;
use crate::planned::{Instance, map, set};
use crate::support::{operation, region};

const TYPE: &str = "sparki_rds_replica";

/// A database to be replicated.
pub(super) async fn with_database(stand_in: &StandIn, name: &str) -> Client {
    with_database_in(stand_in, name, region()).await
}

pub(super) async fn with_database_in(stand_in: &StandIn, name: &str, region: sparki_aws::Region) -> Client {
    let client: Client = stand_in.aws.client(&region).await.expect("nothing restricts the account");
    let request = client.create_db_instance().db_instance_identifier(name).engine("postgres");
    let request = request.engine_version("15.12").db_instance_class("db.r6i.large").storage_type("gp3");
    let request =
        request.allocated_storage(100).master_username("shop").master_user_password("correct-horse");
    request.send().await.expect("nothing is in the way of a database");
    client
}

pub(super) fn config() -> Vec<(&'static str, Dynamic)> {
    vec![
        ("identifier", "reader".into()),
        ("source", "shop".into()),
        ("instance_class", "db.r6i.large".into()),
        ("deletion_protection", false.into()),
    ]
}

/// How many instances, subnet groups and parameter groups there are.
pub(super) async fn left(client: &Client) -> [usize; 3] {
    let instances = client
        .describe_db_instances()
        .send()
        .await
        .expect("the stand-in answers")
        .db_instances
        .unwrap_or_default();
    let subnets = client
        .describe_db_subnet_groups()
        .send()
        .await
        .expect("the stand-in answers")
        .db_subnet_groups
        .unwrap_or_default();
    let parameters = client.describe_db_parameter_groups().send().await.expect("the stand-in answers");
    [instances.len(), subnets.len(), parameters.db_parameter_groups.unwrap_or_default().len()]
}

async fn remove(instance: &Instance) {
    let outcome = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!(outcome.diagnostics.to_string(), "");
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_replica() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.push(("parameters", map([("work_mem", "65536"), ("max_connections", "200")])));
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("backup_retention_days"), &30.into());
    assert_eq!(instance.state.attribute("replication_status").as_str(), Some("replicating"));
    assert_eq!(instance.state.attribute("parameter_group_name").as_str(), Some("reader-postgres15"));
    let imported = instance.resource.import(instance.call(), "us-east-1/reader".into()).await;
    assert_eq!(imported.state.expect("it is there"), instance.state);
    let changes = [
        ("instance_class", "db.r6i.xlarge".into()),
        ("engine_version", "15.13".into()),
        ("multi_az", true.into()),
        ("storage_gib", 200.into()),
        ("max_storage_gib", 500.into()),
        ("security_group_ids", set(["sg-1"])),
        ("maintenance_window", "mon:05:00-mon:06:00".into()),
        ("backup_window", "02:00-02:30".into()),
        ("backup_retention_days", 7.into()),
        ("performance_insights", true.into()),
        ("performance_insights_retention_days", 31.into()),
        ("publicly_accessible", true.into()),
        ("iam_database_authentication", true.into()),
        ("auto_minor_version_upgrade", false.into()),
        ("tags", map([("team", "edge")])),
        ("parameters", map([("work_mem", "131072"), ("max_connections", "200")])),
        // What is set to AWS's own default counts as set by nobody there.
        ("parameters", map([("work_mem", "131072"), ("max_connections", "200"), ("autovacuum", "1")])),
        ("max_storage_gib", Dynamic::Null),
        ("promoted", true.into()),
        ("final_snapshot_name", "reader-final".into()),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
    assert_eq!(instance.state.attribute("replication_status"), &Dynamic::Null);
    remove(&instance).await;
    assert_eq!(left(&client).await, [1, 0, 0]);
    let snapshots =
        client.describe_db_snapshots().db_snapshot_identifier("reader-final").send().await.unwrap();
    assert_eq!(snapshots.db_snapshots().len(), 1);
}

/// Plans and applies a change of which something is told; what that is.
async fn told(instance: &mut Instance, config: &[(&'static str, Dynamic)]) -> String {
    let config = crate::planned::configuration(&instance.resource.schema().object, config);
    let plan = instance.plan(&config, &instance.state);
    let prior = instance.state.clone();
    let outcome = instance.resource.update(instance.call(), config, prior, plan.planned).await;
    instance.state = outcome.state.expect("it is still there");
    outcome.diagnostics.to_string()
}

fn with(
    mut config: Vec<(&'static str, Dynamic)>,
    name: &'static str,
    value: Dynamic,
) -> Vec<(&'static str, Dynamic)> {
    config.retain(|(other, _)| *other != name);
    config.push((name, value));
    config
}

#[tokio::test]
async fn parameters_with_which_a_replica_does_not_start_are_corrected() {
    let stand_in = StandIn::start().await;
    with_database(&stand_in, "shop").await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let config = with(config(), "parameters", map([("work_mem", "65536")]));
    assert_eq!(instance.apply(&config).await, Action::Create);
    let breaks = json!([{"kind": "failure", "operation": "ModifyDBInstance", "count": 1}]);
    stand_in.misbehave(breaks).await;
    let config = with(config, "instance_class", "db.r6i.xlarge".into());
    let found = told(&mut instance, &config).await;
    assert!(found.contains("correct \"parameters\" and apply again"), "{found}");
    let config = with(config, "parameters", map([("work_mem", "131072")]));
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("status").as_str(), Some("available"));
    // Without any of its own it goes back to AWS's group, once it has started.
    let breaks = json!([{"kind": "failure", "operation": "ModifyDBInstance", "count": 1}]);
    stand_in.misbehave(breaks).await;
    let config = with(config, "multi_az", true.into());
    let found = told(&mut instance, &config).await;
    assert!(found.contains("correct \"parameters\" and apply again"), "{found}");
    let config = with(config, "parameters", Dynamic::Null);
    let found = told(&mut instance, &config).await;
    assert!(
        found.starts_with("warning: Parameters wait for a restart") && !found.contains("error"),
        "{found}"
    );
    assert_eq!(instance.state.attribute("parameter_group_name").as_str(), Some("default.postgres15"));
}

#[tokio::test]
async fn parameters_of_somebody_else_are_not_corrected() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    let shared = client.create_db_parameter_group().db_parameter_group_name("shared");
    shared.db_parameter_group_family("postgres15").description("shared").send().await.unwrap();
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let config = with(config(), "parameter_group_name", "shared".into());
    assert_eq!(instance.apply(&config).await, Action::Create);
    stand_in.misbehave(json!([{"kind": "failure", "operation": "ModifyDBInstance", "count": 1}])).await;
    let config = with(config, "instance_class", "db.r6i.xlarge".into());
    told(&mut instance, &config).await;
    let config =
        with(with(config, "parameter_group_name", Dynamic::Null), "parameters", map([("work_mem", "65536")]));
    let found = told(&mut instance, &config).await;
    assert!(
        found.contains("correct the parameter group \"shared\", which is not the replica's own"),
        "{found}"
    );
}

#[tokio::test]
async fn an_upgrade_that_waits_can_be_taken_back() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let config = with(config(), "apply_immediately", false.into());
    assert_eq!(instance.apply(&config).await, Action::Create);
    let config = with(config, "engine_version", "15.13".into());
    assert_eq!(instance.apply(&config).await, Action::Update);
    let config = with(with(config, "engine_version", "15.12".into()), "apply_immediately", true.into());
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("engine_version_actual").as_str(), Some("15.12"));
    let found = client.describe_db_instances().db_instance_identifier("reader").send().await.unwrap();
    let pending = found.db_instances()[0].pending_modified_values();
    assert_eq!(pending.and_then(|pending| pending.engine_version()), None);
}

#[tokio::test]
async fn a_replica_in_another_region_has_subnets_of_its_own() {
    let stand_in = StandIn::start().await;
    with_database_in(&stand_in, "shop", "eu-west-1".parse().unwrap()).await;
    let client: Client = stand_in.aws.client(&region()).await.unwrap();
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.retain(|(name, _)| *name != "source");
    config.push(("source", "arn:aws:rds:eu-west-1:123456789012:db:shop".into()));
    config.push(("subnet_ids", set(["subnet-1", "subnet-2"])));
    assert_eq!(instance.apply(&config).await, Action::Create);
    config.retain(|(name, _)| *name != "subnet_ids");
    config.push(("subnet_ids", set(["subnet-1", "subnet-2", "subnet-3"])));
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(left(&client).await, [1, 1, 0]);
    remove(&instance).await;
    assert_eq!(left(&client).await, [0, 0, 0]);
}

#[tokio::test]
async fn one_replica_is_made_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    let lost = |operation: &str| json!({"kind": "lost_answer", "operation": operation, "count": 1});
    let operations =
        ["CreateDBInstanceReadReplica", "CreateDBParameterGroup", "PromoteReadReplica", "DeleteDBInstance"];
    stand_in.misbehave(json!(operations.map(lost))).await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.push(("parameters", map([("work_mem", "65536")])));
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(left(&client).await, [2, 0, 1]);
    let (ctx, _) = operation(&stand_in.aws);
    let planned = RdsReplica::import(&ctx, "reader").await.unwrap();
    let taken = RdsReplica::create(&ctx, Planned::new(planned.into_inner())).await.unwrap_err();
    assert_eq!(taken.kind(), RemoteErrorKind::Conflict);
    assert!(taken.to_string().contains("terraform import <address> us-east-1/reader"), "{taken}");
    config.extend([("promoted", true.into()), ("final_snapshot", false.into())]);
    assert_eq!(instance.apply(&config).await, Action::Update);
    remove(&instance).await;
    assert_eq!(left(&client).await, [1, 0, 0]);
}

#[tokio::test]
async fn a_replica_that_aws_fails_to_make_is_recorded_and_replaced() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    // Not counted: while the source is not there yet, requests are refused and come again.
    stand_in.misbehave(json!([{"kind": "failure", "operation": "CreateDBInstanceReadReplica"}])).await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.push(("parameters", map([("work_mem", "65536")])));
    let written = crate::planned::configuration(&instance.resource.schema().object, &config);
    let plan = instance.plan(&written, &Dynamic::Null);
    let outcome = instance.resource.create(instance.call(), written, plan.planned).await;
    assert!(outcome.diagnostics.to_string().contains("failed"), "{}", outcome.diagnostics);
    instance.state = outcome.state.expect("what was begun is recorded");
    assert_eq!(instance.state.attribute("status").as_str(), Some("failed"));
    remove(&instance).await;
    assert_eq!(left(&client).await, [1, 0, 0]);
    stand_in.misbehave(json!([])).await;
    instance.state = Dynamic::Null;
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(left(&client).await, [2, 0, 1]);
}

#[tokio::test]
async fn a_replica_that_lost_its_source_is_told() {
    let stand_in = StandIn::start().await;
    let abroad = with_database_in(&stand_in, "shop", "eu-west-1".parse().unwrap()).await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    let mut config = config();
    config.retain(|(name, _)| *name != "source");
    config.push(("source", "arn:aws:rds:eu-west-1:123456789012:db:shop".into()));
    assert_eq!(instance.apply(&config).await, Action::Create);
    abroad
        .delete_db_instance()
        .db_instance_identifier("shop")
        .skip_final_snapshot(true)
        .send()
        .await
        .unwrap();
    while abroad.describe_db_instances().db_instance_identifier("shop").send().await.is_ok() {
        tokio::task::yield_now().await;
    }
    let outcome = instance.resource.read(instance.call(), instance.state.clone()).await;
    let told = outcome.diagnostics.to_string();
    assert!(
        told.contains(
            "warning: Replica does not follow its source\n  Its replication has the status terminated"
        ),
        "{told}"
    );
}

#[tokio::test]
async fn parameters_that_wait_for_a_restart_are_told() {
    let stand_in = StandIn::start().await;
    with_database(&stand_in, "shop").await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    assert_eq!(instance.apply(&config()).await, Action::Create);
    let with = [config(), vec![("parameters", map([("max_connections", "200")]))]].concat();
    let schema = &instance.resource.schema().object;
    let config = crate::planned::configuration(schema, &with);
    let plan = instance.plan(&config, &instance.state);
    let prior = instance.state.clone();
    let outcome = instance.resource.update(instance.call(), config, prior, plan.planned).await;
    let told = outcome.diagnostics.to_string();
    assert!(told.starts_with("warning: Parameters wait for a restart"), "{told}");
}

#[tokio::test]
async fn what_rds_would_refuse_is_found_before_it_is_asked_for() {
    let stand_in = StandIn::start().await;
    let client = with_database(&stand_in, "shop").await;
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    assert_eq!(instance.preflight(&config()).await, "");
    let with = |name: &'static str, value: Dynamic| {
        let mut config = config();
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        config
    };
    let told = instance.preflight(&with("instance_class", "db.x9.huge".into())).await;
    assert!(told.contains("AWS has no db.x9.huge for replicas of postgres 15.12 in us-east-1"), "{told}");
    let told = instance.preflight(&with("engine_version", "15.11".into())).await;
    assert!(told.contains("The source runs 15.12, and \"engine_version\" asks for 15.11"), "{told}");
    assert_eq!(instance.preflight(&with("source", "other".into())).await, "");
    instance.apply(&config()).await;
    let told = instance.preflight(&with("instance_class", "db.x9.huge".into())).await;
    assert!(told.contains("error: Class not offered\n  at instance_class"), "{told}");
    let modified = client.modify_db_instance().db_instance_identifier("shop").apply_immediately(true);
    modified.backup_retention_period(0).send().await.unwrap();
    let other = Instance::new(TYPE, &stand_in.aws);
    let told = loop {
        let told = other.preflight(&with("identifier", "other".into())).await;
        if !told.is_empty() {
            break told;
        }
    };
    assert!(
        told.contains("error: Source cannot be replicated\n  at source\n  RDS makes no backups"),
        "{told}"
    );
}

#[tokio::test]
async fn sources_that_cannot_be_replicated_as_planned_are_found() {
    let stand_in = StandIn::start().await;
    let abroad: Client = stand_in.aws.client(&"eu-west-1".parse().unwrap()).await.unwrap();
    let make = |name: &str| {
        let request = abroad.create_db_instance().db_instance_identifier(name).engine("postgres");
        let request = request.engine_version("15.12").db_instance_class("db.r6i.large").storage_type("gp3");
        request.allocated_storage(100).master_username("shop")
    };
    make("sealed").storage_encrypted(true).master_user_password("correct-horse").send().await.unwrap();
    make("managed").manage_master_user_password(true).send().await.unwrap();
    let instance = Instance::new(TYPE, &stand_in.aws);
    let of = |name: &str| {
        with(config(), "source", format!("arn:aws:rds:eu-west-1:123456789012:db:{name}").as_str().into())
    };
    let told = instance.preflight(&of("sealed")).await;
    assert!(told.starts_with("error: Encrypted replica without a key\n  at kms_key_arn\n"), "{told}");
    assert!(told.contains("its key cannot be used in us-east-1."), "{told}");
    let keyed = with(of("sealed"), "kms_key_arn", "arn:aws:kms:us-east-1:123456789012:key/1".into());
    assert_eq!(instance.preflight(&keyed).await, "");
    let told = instance.preflight(&of("managed")).await;
    assert!(told.starts_with("error: Source cannot be replicated\n  at source\n  RDS manages"), "{told}");
}

#[tokio::test]
async fn a_protected_replica_is_not_planned_to_be_made_again() {
    let stand_in = StandIn::start().await;
    with_database(&stand_in, "shop").await;
    let config = |protection: bool| {
        let others = config().into_iter().filter(|(name, _)| *name != "deletion_protection");
        others.chain([("deletion_protection", protection.into())]).collect::<Vec<_>>()
    };
    let mut made = Instance::new(TYPE, &stand_in.aws);
    made.apply(&config(true)).await;
    let again = Instance::new(TYPE, &stand_in.aws);
    let told = again.preflight(&config(true)).await;
    assert!(told.starts_with("error: Name of a protected database\n  at identifier\n"), "{told}");
    assert!(told.contains("terraform untaint"), "{told}");
    assert_eq!(made.preflight(&config(true)).await, "", "it is there and stays");
    made.apply(&config(false)).await;
    assert_eq!(again.preflight(&config(true)).await, "", "it can be replaced");
}

#[tokio::test]
async fn more_connections_than_a_replica_takes_are_refused() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    with_database(&stand_in, "shop").await;
    let config = |pods: i64, more: &[(&'static str, Dynamic)]| {
        let pools = Dynamic::object([("pods", pods.into()), ("pool_size", 50.into())]);
        let mut config = config();
        config.push(("connection_pools", pools));
        config.extend(more.iter().cloned());
        config
    };
    let mut instance = Instance::new(TYPE, &stand_in.aws);
    // db.r6i.large has 16 GiB.
    let told = instance.preflight(&config(40, &[])).await;
    assert!(told.starts_with("error: Too many connections\n  at connection_pools\n"), "{told}");
    assert!(told.contains("2000 connections, and the replica has 1799"), "{told}");
    let raised = [("parameters", map([("max_connections", "2500")]))];
    assert_eq!(instance.preflight(&config(40, &raised)).await, "");
    assert_eq!(instance.preflight(&config(35, &[])).await, "");
    assert_eq!(instance.apply(&config(35, &[])).await, Action::Create);
    assert!(instance.preflight(&config(36, &[])).await.contains("1800 connections"));
    assert_eq!(instance.apply(&config(30, &[])).await, Action::Update);
}
