//! What a plan makes of the monthly cost.

use sparki_core::Dynamic;

use super::node_groups::before_moto;
use super::stand_in::StandIn;
use crate::planned::{Instance, set};

fn nodes(subnet: &str, max: i64) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("cluster_name", "main".into()),
        ("name", "workers".into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", set([subnet])),
        ("min", 2.into()),
        ("max", max.into()),
    ]
}

fn key(regions: &[&str]) -> Vec<(&'static str, Dynamic)> {
    let regions = regions.iter().map(|region| Dynamic::from(*region)).collect();
    vec![("alias", "shop".into()), ("regions", Dynamic::List(regions))]
}

fn balancer(scheme: &str) -> Vec<(&'static str, Dynamic)> {
    vec![("name", "shop".into()), ("scheme", scheme.into()), ("subnet_ids", set(["subnet-1", "subnet-2"]))]
}

/// The first line of what is found, and what the cost is before and after.
fn told(found: &str) -> (&str, &str) {
    let headline = found.lines().next().unwrap_or_default();
    let (_, rest) = found.split_once("charges for this ").unwrap_or_default();
    (headline, rest.split_once(" USD").unwrap_or_default().0)
}

const DEARER: &str = "warning: Higher monthly cost";

#[tokio::test]
async fn what_a_new_object_costs_is_told_and_then_what_a_change_adds() {
    // Launch templates are moto's.
    let (_moto, stand_in, subnets) = before_moto().await;
    let nodes = |max| nodes(&subnets[0], max);
    let counting = stand_in.counting(100);
    let mut instance = Instance::new("sparki_eks_node_group", &counting);
    let found = instance.preflight(&nodes(5)).await;
    assert_eq!(told(&found), (DEARER, "from 0.00 to between 121.47 and 303.68"));
    assert!(found.contains("\n  at min\n") && found.contains("2 to 5 x t3.large"), "{found}");
    instance.apply(&nodes(5)).await;
    assert_eq!(instance.preflight(&nodes(6)).await, "");
    let found = instance.preflight(&nodes(7)).await;
    assert_eq!(told(&found), (DEARER, "from between 121.47 and 303.68 to between 121.47 and 425.15"));
    assert!(found.contains("\n  at max\n"), "{found}");
    // Nobody is told who has not asked.
    assert_eq!(Instance::new("sparki_eks_node_group", &stand_in.aws).preflight(&nodes(50)).await, "");
}

#[tokio::test]
async fn extended_support_is_a_higher_cost() {
    let stand_in = StandIn::start().await;
    let cluster = [
        ("name", "main".into()),
        ("version", "1.30".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
    ];
    let found = Instance::new("sparki_eks_cluster", &stand_in.counting(100)).preflight(&cluster).await;
    assert!(found.contains("warning: Version in extended support"), "{found}");
    assert!(found.contains("from 0.00 to 438.00 USD a month"), "{found}");
}

#[tokio::test]
async fn keys_and_load_balancers_are_reckoned_without_asking_aws() {
    let stand_in = StandIn::start().await;
    let counting = stand_in.counting(1);
    let found = Instance::new("sparki_kms_key", &counting).preflight(&key(&["us-east-1", "eu-west-3"])).await;
    assert_eq!(told(&found), (DEARER, "from 0.00 to 2.00"));
    assert_eq!(Instance::new("sparki_kms_key", &counting).preflight(&key(&["us-east-1"])).await, "");
    let found =
        Instance::new("sparki_load_balancer", &counting).preflight(&balancer("internet-facing")).await;
    assert_eq!(told(&found), (DEARER, "from 0.00 to 23.73"));
    let silent = &stand_in.aws;
    assert_eq!(Instance::new("sparki_load_balancer", silent).preflight(&balancer("internal")).await, "");
}
