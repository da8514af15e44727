//! Roles that were made a moment ago, which not all of AWS knows yet.

use std::collections::BTreeSet;

use serde_json::json;
use sparki_core::{Planned, Reconcile, State};
use sparki_plan::Action;
use sparki_topology::IamRole;
use sparki_topology::iam_role::{IamRoleModel, Trust};

use super::replicas;
use super::stand_in::{StandIn, subnets};
use crate::Moto;
use crate::planned::{Instance, set};
use crate::support::operation;

/// How long IAM itself does not show a role, in seconds of its time.
const AT_HOME: u32 = 20;
/// How young a role is that other services may not know: less than a cluster or a database takes, which they have to know.
const ABROAD: u32 = 500;
/// How often other services do not know it. `sparki_iam_role` waits for IAM alone.
const REFUSALS: u32 = 2;

async fn role(stand_in: &StandIn, name: &str, service: &str) -> State<IamRoleModel> {
    let (ctx, _) = operation(&stand_in.aws);
    let role = IamRoleModel::new().name(name).iam_path("/").force_detach(false).max_session_seconds(3600);
    let role = role.trust(Trust::new().services(BTreeSet::from([service.to_owned()])));
    IamRole::create(&ctx, Planned::new(role)).await.expect("a role is made")
}

/// A stand-in whose services do not know a role at once.
async fn forgetful(moto: &Moto) -> StandIn {
    let stand_in = StandIn::slowly_before(&moto.url).await;
    // The first request that moto gets for a service takes long.
    let _ = role(&stand_in, "first", "ec2.amazonaws.com").await;
    let at_home = |operation: &str| json!({ "kind": "stale", "service": "iam", "operation": operation, "seconds": AT_HOME });
    let abroad = |service: &str, operation: &str| json!({ "kind": "stale", "service": service, "operation": operation, "seconds": ABROAD, "count": REFUSALS });
    let rules = json!([
        at_home("Get*"),
        at_home("List*"),
        at_home("Attach*"),
        at_home("Put*"),
        abroad("eks", "CreateCluster"),
        abroad("eks", "CreateNodegroup"),
        abroad("eks", "CreatePodIdentityAssociation"),
        abroad("rds", "CreateDBInstanceReadReplica"),
    ]);
    stand_in.misbehave(rules).await;
    stand_in
}

#[tokio::test]
async fn a_role_is_made_although_iam_does_not_show_it_at_once() {
    let moto = Moto::start().await;
    let stand_in = forgetful(&moto).await;
    let made = role(&stand_in, "shop", "ec2.amazonaws.com").await;
    assert!(made.arn.known().is_some(), "{made:?}");
}

#[tokio::test]
async fn clusters_and_nodes_are_made_with_roles_that_were_just_made() {
    let moto = Moto::start().await;
    let stand_in = forgetful(&moto).await;
    let [one, two] = subnets(&moto.url).await;
    let arn = |role: &State<IamRoleModel>| role.arn.known().expect("a role has an ARN").as_str().into();
    let trusted = role(&stand_in, "control", "eks.amazonaws.com").await;
    let mut cluster = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let config = [("name", "main".into()), ("role_arn", arn(&trusted)), ("subnet_ids", set([&one, &two]))];
    assert_eq!(cluster.apply(&config).await, Action::Create);
    let trusted = role(&stand_in, "nodes", "ec2.amazonaws.com").await;
    let mut nodes = Instance::new("sparki_eks_node_group", &stand_in.aws);
    let config = [
        ("cluster_name", "main".into()),
        ("name", "workers".into()),
        ("role_arn", arn(&trusted)),
        ("subnet_ids", set([&one])),
    ];
    assert_eq!(nodes.apply(&config).await, Action::Create);
    let trusted = role(&stand_in, "pods", "pods.eks.amazonaws.com").await;
    let mut pods = Instance::new("sparki_eks_pod_identity", &stand_in.aws);
    let config = [
        ("cluster_name", "main".into()),
        ("namespace", "web".into()),
        ("service_account", "shop".into()),
        ("role_arn", arn(&trusted)),
    ];
    assert_eq!(pods.apply(&config).await, Action::Create);
    for operation in ["CreateCluster", "CreateNodegroup", "CreatePodIdentityAssociation"] {
        let refused = stand_in.refusals(&format!("eks:{operation}:InvalidParameterException")).await;
        assert_eq!(refused, u64::from(REFUSALS), "{operation} was not refused, so nothing is shown");
    }
}

#[tokio::test]
async fn a_replica_is_made_with_a_role_that_was_just_made() {
    let moto = Moto::start().await;
    let stand_in = forgetful(&moto).await;
    replicas::with_database(&stand_in, "shop").await;
    let trusted = role(&stand_in, "monitoring", "monitoring.rds.amazonaws.com").await;
    let mut replica = Instance::new("sparki_rds_replica", &stand_in.aws);
    let mut config = replicas::config();
    config.push(("monitoring_interval_seconds", 30.into()));
    config.push(("monitoring_role_arn", trusted.arn.known().expect("a role has an ARN").as_str().into()));
    assert_eq!(replica.apply(&config).await, Action::Create);
    let refused = stand_in.refusals("rds:CreateDBInstanceReadReplica:InvalidParameterValue").await;
    assert_eq!(refused, u64::from(REFUSALS), "it was not refused, so nothing is shown");
}
