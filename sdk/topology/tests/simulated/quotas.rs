//! Whether the account may have what is planned.

use sparki_core::Dynamic;

use super::stand_in::StandIn;
use super::{with_cluster, with_nodes};
use crate::planned::{Instance, set};

fn cluster() -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "other".into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
    ]
}

fn nodes(name: &str, (min, max): (i64, i64)) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("cluster_name", "main".into()),
        ("name", name.into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", set(["subnet-1"])),
        ("instance_types", Dynamic::List(vec!["t3.large".into()])),
        ("min", min.into()),
        ("max", max.into()),
    ]
}

fn network(name: &str, nat: &str) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", name.into()),
        ("cidr", "10.20.0.0/16".into()),
        ("availability_zone_count", 2.into()),
        ("nat", nat.into()),
    ]
}

/// The first two lines of what is found: what it is, and where.
fn headline(found: &str) -> String {
    found.lines().take(2).collect::<Vec<_>>().join("\n")
}

const SHORT: &str = "error: Quota too small\n  at ";

#[tokio::test]
async fn one_cluster_too_many_is_found_by_the_default_where_no_other_quota_is_set() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    assert_eq!(instance.preflight(&cluster()).await, "");
    stand_in.allow("eks", "L-1194D53C", 1).await;
    assert_eq!(
        instance.preflight(&cluster()).await,
        "error: Quota too small\n  at name\n  The cluster is one more. us-east-1 has 1 EKS clusters, and the quota \
         \"Clusters\" (L-1194D53C) lets it have 1: 1 too few. Remove what is not needed any more before, or ask for more: aws \
         service-quotas request-service-quota-increase --region us-east-1 --service-code eks --quota-code L-1194D53C \
         --desired-value 2"
    );
}

#[tokio::test]
async fn one_node_group_too_many_is_found() {
    let stand_in = StandIn::start().await;
    stand_in.allow("eks", "L-6D54EA21", 1).await;
    let instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    // The cluster may be made in the same run.
    assert_eq!(instance.preflight(&nodes("others", (1, 2))).await, "");
    with_cluster(&stand_in.aws, "main", "1.33").await;
    with_nodes(&stand_in.aws, "main", "1.33").await;
    let told = instance.preflight(&nodes("others", (1, 2))).await;
    assert_eq!(headline(&told), format!("{SHORT}cluster_name"));
    assert!(told.contains("The cluster \"main\" has 1 node groups"), "{told}");
}

#[tokio::test]
async fn machines_that_the_account_may_not_have_are_an_error_at_once_and_a_warning_later() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    stand_in.allow("ec2", "L-1216C47A", 8).await;
    let instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    assert_eq!(instance.preflight(&nodes("workers", (2, 4))).await, "");
    let told = instance.preflight(&nodes("workers", (5, 9))).await;
    assert_eq!(headline(&told), format!("{SHORT}min"));
    assert!(told.contains("5 more machines of type t3.large with 2 vCPUs each need 10 vCPUs."), "{told}");
    let told = instance.preflight(&nodes("workers", (2, 9))).await;
    assert_eq!(headline(&told), "warning: Quota too small\n  at max");
    assert!(told.contains("lets it have 8: 10 too few"), "{told}");
    let spot = [nodes("workers", (5, 9)), vec![("capacity_type", "SPOT".into())]].concat();
    assert_eq!(instance.preflight(&spot).await, "");
}

#[tokio::test]
async fn networks_and_their_gateways_count_in_the_region_and_in_each_zone() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let other = || Instance::new("sparki_vpc", &stand_in.aws);
    // Of a region that has a VPC from the start.
    stand_in.allow("vpc", "L-F678F1CE", 1).await;
    assert_eq!(headline(&other().preflight(&network("main", "none")).await), format!("{SHORT}name"));
    stand_in.allow("ec2", "L-0263D0A3", 1).await;
    assert_eq!(other().preflight(&network("main", "single")).await, "");
    assert_eq!(headline(&other().preflight(&network("main", "per_zone")).await), format!("{SHORT}nat"));
    let mut main = other();
    main.apply(&network("main", "single")).await;
    stand_in.allow("vpc", "L-FE5A380F", 1).await;
    let mut second = network("second", "single");
    second.retain(|(name, _)| *name != "cidr");
    second.push(("cidr", "10.21.0.0/16".into()));
    let told = other().preflight(&second).await;
    assert_eq!(headline(&told), format!("{SHORT}nat"));
    assert!(told.contains("A NAT gateway is needed in us-east-1a. us-east-1a has 1 NAT gateways"), "{told}");
    // What there is is not asked for again.
    assert_eq!(main.preflight(&network("main", "single")).await, "");
    assert_eq!(main.preflight(&network("main", "per_zone")).await, "");
}

#[tokio::test]
async fn nodes_of_caches_count_over_all_shards() {
    let stand_in = StandIn::start().await;
    let config = |shards: i64, replicas: i64| {
        vec![
            ("name", "sessions".into()),
            ("subnet_ids", set(["subnet-1", "subnet-2"])),
            ("shards", shards.into()),
            ("replicas_per_shard", replicas.into()),
        ]
    };
    let mut instance = Instance::new("sparki_elasticache_redis", &stand_in.aws);
    // The quota is known by its name alone.
    stand_in.allow("elasticache", "L-00000001", 6).await;
    assert_eq!(headline(&instance.preflight(&config(4, 1)).await), format!("{SHORT}shards"));
    assert_eq!(instance.preflight(&config(3, 1)).await, "");
    instance.apply(&config(2, 1)).await;
    let told = instance.preflight(&config(2, 3)).await;
    assert_eq!(headline(&told), format!("{SHORT}replicas_per_shard"));
    assert!(told.contains("The cluster needs 4 more nodes. us-east-1 has 4 ElastiCache nodes"), "{told}");
    assert_eq!(instance.preflight(&config(3, 1)).await, "");
}

#[tokio::test]
async fn quotas_that_credentials_may_not_ask_for_are_a_warning_and_hide_nothing() {
    let stand_in = StandIn::start().await;
    stand_in.misbehave(serde_json::json!([{ "kind": "server_error", "service": "servicequotas" }])).await;
    let instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let told = instance.preflight(&cluster()).await;
    assert!(told.starts_with("warning: Quotas not checked\n"), "{told}");
    let mut old = cluster();
    old.retain(|(name, _)| *name != "version");
    old.push(("version", "1.28".into()));
    let told = instance.preflight(&old).await;
    assert!(told.contains("error: Version not supported") && told.contains("Quotas not checked"), "{told}");
}

#[tokio::test]
async fn where_service_quotas_says_nothing_ec2_says_how_many_addresses_there_may_be() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    stand_in.misbehave(serde_json::json!([{ "kind": "server_error", "service": "servicequotas" }])).await;
    let mut main = network("main", "per_zone");
    main.retain(|(name, _)| *name != "availability_zone_count");
    main.push(("availability_zone_count", 3.into()));
    Instance::new("sparki_vpc", &stand_in.aws).apply(&main).await;
    main.retain(|(name, _)| *name != "cidr");
    main.push(("cidr", "10.21.0.0/16".into()));
    let told = Instance::new("sparki_vpc", &stand_in.aws).preflight(&main).await;
    assert_eq!(headline(&told), format!("{SHORT}nat"));
    assert!(told.contains("has 3 elastic addresses, and the quota \"EC2-VPC Elastic IPs\""), "{told}");
    assert!(told.contains("Quotas not checked"), "{told}");
}

#[tokio::test]
async fn one_database_too_many_is_found() {
    let stand_in = StandIn::start().await;
    let client: aws_sdk_rds::Client = stand_in.aws.client(&crate::support::region()).await.unwrap();
    let request = client.create_db_instance().db_instance_identifier("shop").engine("postgres");
    let request = request.engine_version("15.12").db_instance_class("db.r6i.large").storage_type("gp3");
    let request = request.allocated_storage(100).master_username("shop");
    request.master_user_password("correct-horse").send().await.unwrap();
    let config = [("identifier", "reader".into()), ("source", "shop".into())];
    let instance = Instance::new("sparki_rds_replica", &stand_in.aws);
    stand_in.allow("rds", "L-7B6409FD", 2).await;
    assert_eq!(instance.preflight(&config).await, "");
    stand_in.allow("rds", "L-7B6409FD", 1).await;
    let told = instance.preflight(&config).await;
    assert_eq!(headline(&told), format!("{SHORT}identifier"));
    assert!(told.contains("The replica is one more. us-east-1 has 1 "), "{told}");
}
