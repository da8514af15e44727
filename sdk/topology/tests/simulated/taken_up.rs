//! Creations of processes that died, which the next one takes up although the default tags have changed since.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use sparki_core::Dynamic;
use sparki_topology::registry;

use super::default_tags::{Written, bucket, key, pod_identity, role, secret};
use super::stand_in::{StandIn, subnets};
use super::{cluster_in, node_groups, replicas, vpc_peerings};
use crate::Moto;
use crate::planned::{Instance, map};
use crate::support::Begun;

fn vpc() -> Written {
    vec![("name", "net".into()), ("cidr", "10.9.0.0/16".into()), ("availability_zone_count", 2.into())]
}

fn distribution(wait_for_deployment: bool) -> Written {
    let pages = Dynamic::object([
        ("domain_name", "pages.s3.us-east-1.amazonaws.com".into()),
        ("request_signing", "always".into()),
    ]);
    vec![
        ("origins", Dynamic::Map([("pages".to_owned(), pages)].into())),
        ("default_behavior", Dynamic::object([("origin", "pages".into())])),
        ("wait_for_deployment", wait_for_deployment.into()),
    ]
}

fn in_subnets(subnets: &[String; 2]) -> Dynamic {
    Dynamic::set(subnets.iter().map(|subnet| subnet.as_str().into()).collect())
}

fn cluster(subnets: &[String; 2]) -> Written {
    vec![
        ("name", "other".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", in_subnets(subnets)),
    ]
}

fn cache(subnets: &[String; 2]) -> Written {
    vec![
        ("name", "sessions".into()),
        ("node_type", "cache.r6g.large".into()),
        ("subnet_ids", in_subnets(subnets)),
    ]
}

fn balancer(subnets: &[String; 2]) -> Written {
    vec![("name", "web".into()), ("type", "network".into()), ("subnet_ids", in_subnets(subnets))]
}

/// Everything that is to be made, in an order in which it can be. It needs the cluster `main` and the database `shop`.
async fn everything(stand_in: &StandIn, subnets: &[String; 2]) -> Vec<(&'static str, Written)> {
    let vpc_id = stand_in.vpc_of(&subnets[0]).await;
    vec![
        ("sparki_eks_cluster", cluster(subnets)),
        ("sparki_eks_addon", vec![("cluster_name", "main".into()), ("name", "vpc-cni".into())]),
        ("sparki_eks_pod_identity", pod_identity()),
        ("sparki_eks_node_group", node_groups::config(("name", "workers"), subnets)),
        ("sparki_eks_node_group", node_groups::config(("name_prefix", "more-"), subnets)),
        ("sparki_elasticache_redis", cache(subnets)),
        ("sparki_rds_replica", replicas::config()),
        ("sparki_iam_role", role()),
        ("sparki_kms_key", key()),
        ("sparki_secretsmanager_secret", secret()),
        ("sparki_s3_bucket", bucket()),
        ("sparki_s3_bucket", vec![("name_prefix", "more-".into())]),
        ("sparki_state_backend", vec![("name", "states".into())]),
        ("sparki_security_group", vec![("name", "web".into()), ("vpc_id", vpc_id.as_str().into())]),
        ("sparki_load_balancer", balancer(subnets)),
        ("sparki_vpc", vpc()),
        ("sparki_vpc_peering", vpc_peerings::written(stand_in).await),
        ("sparki_cloudfront_distribution", distribution(true)),
        ("sparki_cloudfront_distribution", distribution(false)),
    ]
}

/// What a process that died has made is taken up by one with other default tags, also if others in between did not come to that:
/// to one AWS did not answer, and one was stopped.
async fn check(stand_in: &StandIn, type_name: &str, written: &Written) {
    let begun = Arc::new(Begun::default());
    let mut died = Instance::new(type_name, &stand_in.aws);
    died.create_after(&begun, written).await;
    let mut resumed = Instance::new(type_name, &stand_in.tagging([("cost-center", "8"), ("stage", "test")]));
    let mut limited = written.clone();
    limited.push(("timeouts", Dynamic::object([("create", "1s".into())])));
    for stopped in [false, true] {
        let known = begun.ended().len();
        let silent = if stopped { json!([]) } else { json!([{"kind": "server_error"}]) };
        stand_in.misbehave(silent).await;
        let is_known = resumed.tries_to_create(&begun, &limited, stopped).await;
        assert!(!is_known || stopped, "{type_name}: nobody could know of it");
        assert_eq!(begun.ended().len() > known, is_known, "{type_name}");
    }
    resumed.create_after(&begun, written).await;
    let all = map([("cost-center", "8"), ("stage", "test")]);
    assert_eq!(resumed.state.attribute("tags_all"), &all, "{type_name}");
    for name in ["id", "arn"] {
        assert_eq!(resumed.state.attribute(name), died.state.attribute(name), "{type_name}");
    }
}

#[tokio::test]
async fn what_a_process_left_is_taken_up_with_the_default_tags_of_now() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let subnets = subnets(&moto.url).await;
    cluster_in(&stand_in.aws, subnets.clone()).await;
    replicas::with_database(&stand_in, "shop").await;
    let everything = everything(&stand_in, &subnets).await;
    let kinds: BTreeSet<_> = everything.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(kinds, registry().resources().keys().map(ToString::to_string).collect());
    for (kind, written) in everything {
        check(&stand_in, kind, &written).await;
    }
}
