//! Whether there is room for the machines of a node group, as moto knows subnets and instance types.

use aws_sdk_ec2::types::Filter;
use sparki_core::Dynamic;
use sparki_plan::Action;

use super::cluster_in;
use super::stand_in::{StandIn, subnets};
use crate::Moto;
use crate::planned::{Instance, map, set};
use crate::support::region;

/// A node group in two of moto's subnets, which have 4091 free addresses each.
async fn written(moto: &Moto) -> Vec<(&'static str, Dynamic)> {
    let [one, two] = subnets(&moto.url).await;
    vec![
        ("cluster_name", "main".into()),
        ("name", "workers".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", set([one.as_str(), two.as_str()])),
    ]
}

fn with(
    written: &[(&'static str, Dynamic)],
    changes: &[(&'static str, Dynamic)],
) -> Vec<(&'static str, Dynamic)> {
    let kept = written.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes).cloned().collect()
}

#[tokio::test]
async fn machines_that_subnets_have_no_addresses_for_are_told() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    let written = written(&moto).await;
    assert_eq!(instance.preflight(&written).await, "");
    let told = instance.preflight(&with(&written, &[("max", 300.into())])).await;
    assert!(
        told.starts_with("warning: Few addresses\n  at max\n  300 machines more of type t3.large"),
        "{told}"
    );
    assert!(told.contains("up to 36 addresses each") && told.contains("10800 in all"), "{told}");
    assert!(told.contains("8182 free addresses in 2 subnets: enough for 227."), "{told}");
    let told = instance.preflight(&with(&written, &[("min", 9000.into()), ("max", 9000.into())])).await;
    assert!(told.starts_with("error: Too few addresses\n  at min\n"), "{told}");
    // Smaller machines take fewer.
    let small = [("max", 300.into()), ("instance_types", Dynamic::List(vec!["t3.small".into()]))];
    assert_eq!(instance.preflight(&with(&written, &small)).await, "");
}

#[tokio::test]
async fn kinds_of_machines_that_aws_does_not_have_there_are_refused() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    let written = written(&moto).await;
    let unknown = [("instance_types", Dynamic::List(vec!["t9.large".into()]))];
    let told = instance.preflight(&with(&written, &unknown)).await;
    assert!(told.starts_with("error: Instance type not offered\n  at instance_types\n"), "{told}");

    let ec2: aws_sdk_ec2::Client = stand_in.aws.client(&region()).await.unwrap();
    let apart = Filter::builder().name("availability-zone").values("us-east-1e").build();
    let found = ec2.describe_subnets().filters(apart).send().await.unwrap();
    let apart = found.subnets()[0].subnet_id().unwrap();
    let told = instance.preflight(&with(&written, &[("subnet_ids", set([apart]))])).await;
    assert!(told.contains("AWS offers no t3.large in the zones of the subnets: us-east-1e."), "{told}");
    assert!(told.contains("warning: Zone without EKS\n  at subnet_ids\n"), "{told}");
    let Dynamic::Set(ids) = &written.iter().find(|(name, _)| *name == "subnet_ids").unwrap().1 else {
        panic!("subnets are a set")
    };
    let both = set([ids.iter().next().and_then(Dynamic::as_str).unwrap(), apart]);
    let told = instance.preflight(&with(&written, &[("subnet_ids", both)])).await;
    assert!(told.starts_with("error: Instance type not offered\n  at subnet_ids\n"), "{told}");
}

#[tokio::test]
async fn subnets_that_are_not_there_and_endpoints_that_know_none_are_no_finding() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let written = with(&written(&moto).await, &[("subnet_ids", set(["subnet-0123"]))]);
    assert_eq!(Instance::new("sparki_eks_node_group", &stand_in.aws).preflight(&written).await, "");
    let alone = StandIn::start().await;
    assert_eq!(Instance::new("sparki_eks_node_group", &alone.aws).preflight(&written).await, "");
}

#[tokio::test]
async fn only_what_is_new_is_looked_at() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    cluster_in(&stand_in.aws, subnets(&moto.url).await).await;
    let mut instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    let written = with(&written(&moto).await, &[("max", 300.into())]);
    assert_eq!(instance.apply(&written).await, Action::Create);
    let labelled = with(&written, &[("labels", map([("tier", "web")]))]);
    assert_eq!(instance.preflight(&labelled).await, "");
    // The machines that run have their addresses.
    assert_eq!(
        instance.preflight(&with(&written, &[("max", 301.into()), ("min", 20.into())])).await.lines().nth(2),
        Some(
            "  291 machines more of type t3.large take up to 36 addresses each for themselves and their pods, 10476 in all, and \
         there are 8182 free addresses in 2 subnets: enough for 227. Then pods stay pending, or machines without an address. \
         Use larger subnets or more of them, or lower \"max\". If the VPC CNI hands out prefixes, gives pods addresses of \
         other subnets, or is not in use, which cannot be seen here, the number is another one."
        )
    );
}
