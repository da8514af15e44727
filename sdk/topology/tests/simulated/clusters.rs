//! Clusters.

use std::collections::BTreeSet;

use serde_json::json;
use sparki_core::{Change, Dynamic, Import, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_plan::Action;
use sparki_topology::EksCluster;
use sparki_topology::eks_cluster::{AuthenticationMode, EksClusterModel, SupportType};

use super::stand_in::{StandIn, subnets};
use super::with_cluster;
use crate::planned::{Instance, map, set};
use crate::support::{cluster, operation, region};

pub(super) fn config() -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "main".into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
    ]
}

/// The endpoint, open to these ranges of the internet.
fn open_to<const N: usize>(cidrs: [&str; N]) -> Dynamic {
    Dynamic::object([("private", true.into()), ("public", true.into()), ("cidrs", set(cidrs))])
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_cluster() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let mut config = config();
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("authentication_mode"), &"API".into());
    let standard = instance.state.attribute("end_of_support_at").as_str().map(str::to_owned);
    assert!(standard.as_deref().is_some_and(|end| end.ends_with('Z')), "{standard:?}");
    let changes = [
        ("tags", map([("team", "edge")])),
        ("tags", Dynamic::Null),
        ("log_types", set(["audit"])),
        ("log_types", set([])),
        ("endpoint", open_to(["203.0.113.0/24"])),
        ("endpoint", Dynamic::Null),
        ("security_group_ids", set(["sg-1"])),
        ("security_group_ids", Dynamic::Null),
        ("subnet_ids", set(["subnet-1", "subnet-3"])),
        ("support_type", "EXTENDED".into()),
        ("zonal_shift", true.into()),
        ("zonal_shift", false.into()),
        ("kms_key_arn", "arn:aws:kms:us-east-1:123456789012:key/1".into()),
        ("version", "1.34".into()),
        ("deletion_protection", false.into()),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
        if name == "support_type" {
            let extended = instance.state.attribute("end_of_support_at").as_str();
            assert!(extended > standard.as_deref(), "{extended:?} is not after {standard:?}");
        }
    }
    let imported = instance.resource.import(instance.call(), "main".into()).await;
    assert_eq!(imported.state.as_ref(), Some(&instance.state));
}

#[tokio::test]
async fn the_way_in_goes_from_the_config_map_to_the_api_step_by_step() {
    let stand_in = StandIn::start().await;
    let (ctx, _) = operation(&stand_in.aws);
    let planned = cluster("main").authentication_mode(AuthenticationMode::ConfigMap);
    let created = EksCluster::create(&ctx, Planned::new(planned)).await.unwrap();
    assert_eq!(created.authentication_mode, AuthenticationMode::ConfigMap.into());
    let planned = (*created).clone().authentication_mode(AuthenticationMode::Api);
    let change = Change { prior: created, planned: Planned::new(planned) };
    let updated = EksCluster::update(&ctx, change).await.unwrap();
    assert_eq!(updated.authentication_mode, AuthenticationMode::Api.into());
    let updates = stand_in
        .aws
        .client::<aws_sdk_eks::Client>(&region())
        .await
        .unwrap()
        .list_updates()
        .name("main")
        .send()
        .await
        .unwrap();
    assert_eq!(updates.update_ids().len(), 2);
}

#[tokio::test]
async fn a_change_waits_for_one_that_something_else_has_begun() {
    let stand_in = StandIn::start().await;
    let created = with_cluster(&stand_in.aws, "main", "1.33").await;
    let client = stand_in.aws.client::<aws_sdk_eks::Client>(&region()).await.unwrap();
    client.update_cluster_version().name("main").version("1.34").send().await.unwrap();
    let (ctx, _) = operation(&stand_in.aws);
    // What the state does not know of yet is no part of the change.
    let planned = Planned::new((*created).clone().support_type(SupportType::Extended));
    let updated = EksCluster::update(&ctx, Change { prior: created, planned }).await.unwrap();
    assert_eq!((&updated.support_type, &updated.version), (&SupportType::Extended.into(), &"1.34".into()));
}

#[tokio::test]
async fn a_cluster_that_aws_fails_to_make_is_kept_as_an_error_and_can_be_removed() {
    let stand_in = StandIn::start().await;
    stand_in.misbehave(json!([{"kind": "failure", "operation": "CreateCluster"}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    // It is protected, as all are by default; that does not count for what failed.
    let error = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap_err();
    assert!(error.to_string().contains("InternalFailure: The control plane could not be made"), "{error}");
    let left = State::<EksClusterModel>::decode(&call.recorded().unwrap()).unwrap();
    assert_eq!(left.status, "FAILED".into());
    EksCluster::delete(&ctx, left.clone()).await.unwrap();
    assert_eq!(EksCluster::read(&ctx, left).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_upgrade_is_an_error_with_its_reason_and_is_made_up_for() {
    let stand_in = StandIn::start().await;
    let created = with_cluster(&stand_in.aws, "main", "1.33").await;
    stand_in.misbehave(json!([{"kind": "failure", "operation": "UpdateClusterVersion", "count": 1}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = || Planned::new((*created).clone().version("1.34"));
    let change = Change { prior: created.clone(), planned: planned() };
    let error = EksCluster::update(&ctx, change).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to update the cluster: The update has failed. AWS's reason: Unknown: The update failed on purpose."
    );
    assert_eq!(call.recorded().unwrap().attribute("version").as_str(), Some("1.33"));
    let change = Change { prior: created.clone(), planned: planned() };
    let updated = EksCluster::update(&ctx, change).await.unwrap();
    assert_eq!(updated.version, "1.34".into());
}

#[tokio::test]
async fn a_cluster_is_made_once_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    let lost = json!([
        {"kind": "lost_answer", "operation": "CreateCluster", "count": 1},
        {"kind": "throttle", "operation": "DescribeCluster", "count": 2},
        {"kind": "server_error", "operation": "DescribeCluster", "count": 2, "after": 2},
    ]);
    stand_in.misbehave(lost).await;
    let (ctx, _) = operation(&stand_in.aws);
    let created = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap();
    assert_eq!(created.status, "ACTIVE".into());
    let (again, _) = operation(&stand_in.aws);
    let exists = EksCluster::create(&again, Planned::new(cluster("main"))).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
}

#[tokio::test]
async fn iam_trusts_the_issuer_for_as_long_as_the_cluster_wants_it() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let subnets = subnets(&moto.url).await;
    let mut unprotected = config();
    unprotected.retain(|(name, _)| *name != "subnet_ids");
    unprotected.push(("subnet_ids", set(subnets.each_ref().map(String::as_str))));
    unprotected.push(("deletion_protection", false.into()));
    let wanted = |trust: Dynamic| [&unprotected[..], &[("oidc_provider", trust)]].concat();
    assert_eq!(instance.apply(&wanted(true.into())).await, Action::Create);
    let arn = instance.state.attribute("oidc_provider_arn").as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1"), "{arn}");

    let iam = stand_in.aws.client::<aws_sdk_iam::Client>(&region()).await.unwrap();
    let there = || async { iam.list_open_id_connect_providers().send().await.unwrap() };
    assert_eq!(there().await.open_id_connect_provider_list()[0].arn(), Some(arn.as_str()));
    assert_eq!(instance.apply(&wanted(false.into())).await, Action::Update);
    assert_eq!(there().await.open_id_connect_provider_list().len(), 0);
    assert_eq!(instance.apply(&wanted(true.into())).await, Action::Update);

    // Somebody takes it away.
    iam.delete_open_id_connect_provider().open_id_connect_provider_arn(&arn).send().await.unwrap();
    instance.refresh().await;
    assert_eq!(instance.state.attribute("oidc_provider"), &false.into());
    assert_eq!(instance.apply(&wanted(true.into())).await, Action::Update);

    let (ctx, _) = operation(&stand_in.aws);
    let state = State::<EksClusterModel>::decode(&instance.state).unwrap();
    EksCluster::delete(&ctx, state).await.unwrap();
    assert_eq!(there().await.open_id_connect_provider_list().len(), 0);
}

#[tokio::test]
async fn subnets_of_one_zone_are_refused_with_awss_reason() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, call) = operation(&stand_in.aws);
    let [here, _] = subnets(&moto.url).await;
    let planned = EksClusterModel { subnet_ids: BTreeSet::from([here]).into(), ..cluster("main") };
    let error = EksCluster::create(&ctx, Planned::new(planned)).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Invalid);
    assert!(error.to_string().contains("at least two different AZs"), "{error}");
    assert_eq!(call.recorded(), None);
}

#[tokio::test]
async fn a_provider_that_something_else_made_is_not_taken_over() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let subnet_ids = subnets(&moto.url).await.into_iter().collect::<BTreeSet<_>>().into();
    let planned = Planned::new(EksClusterModel { subnet_ids, ..cluster("main") });
    let created = EksCluster::create(&ctx, planned).await.unwrap();
    let iam = stand_in.aws.client::<aws_sdk_iam::Client>(&region()).await.unwrap();
    let issuer = created.oidc_issuer.known().unwrap();
    let foreign = iam.create_open_id_connect_provider().url(issuer).client_id_list("sts.amazonaws.com");
    foreign.send().await.unwrap();
    let (ctx, call) = operation(&stand_in.aws);
    let planned = EksClusterModel { oidc_provider_arn: Value::unknown(), ..(*created).clone() };
    let change = Change { prior: created, planned: Planned::new(planned.oidc_provider(true)) };
    let error = EksCluster::update(&ctx, change).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(error.to_string().contains("IAM trusts the issuer of the cluster already"), "{error}");
    assert_eq!(call.recorded().unwrap().attribute("oidc_provider"), &false.into());
    assert!(EksCluster::import(&ctx, "main").await.is_ok());
}

#[tokio::test]
async fn a_provider_goes_although_its_cluster_is_gone_and_one_that_stays_is_told() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let subnet_ids = BTreeSet::from(subnets(&moto.url).await).into();
    let planned = EksClusterModel { subnet_ids, ..cluster("main") };
    let planned = planned.oidc_provider(true).deletion_protection(false);
    let iam = stand_in.aws.client::<aws_sdk_iam::Client>(&region()).await.unwrap();
    let left = || async {
        iam.list_open_id_connect_providers().send().await.unwrap().open_id_connect_provider_list().len()
    };
    let (ctx, _) = operation(&stand_in.aws);

    let made = EksCluster::create(&ctx, Planned::new(planned)).await.unwrap();
    stand_in.misbehave(json!([{"kind": "quota", "operation": "DeleteOpenIDConnectProvider"}])).await;
    let error = EksCluster::delete(&ctx, made.clone()).await.unwrap_err();
    let told = error.into_diagnostics().to_string();
    let arn = made.oidc_provider_arn.known().unwrap();
    assert!(told.contains("The cluster itself is gone."), "{told}");
    assert!(told.contains(&format!("delete-open-id-connect-provider --open-id-connect-provider-arn {arn}")));
    assert_eq!(EksCluster::read(&ctx, made.clone()).await.unwrap(), None);
    assert_eq!(left().await, 1);

    // The cluster is gone by now.
    stand_in.misbehave(json!([])).await;
    EksCluster::delete(&ctx, made).await.unwrap();
    assert_eq!(left().await, 0);
}
