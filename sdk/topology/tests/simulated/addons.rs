//! Add-ons.

use serde_json::json;
use sparki_core::{Change, Dynamic, Import, JsonText, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_plan::Action;
use sparki_topology::EksAddon;
use sparki_topology::eks_addon::{EksAddonModel, OnCreate, OnUpdate};

use super::stand_in::StandIn;
use super::{with_cluster, with_nodes};
use crate::planned::{Instance, map};
use crate::support::{map as texts, operation, region};

/// An add-on as generic planning leaves it.
fn addon(name: &str) -> EksAddonModel {
    EksAddonModel::new("main", name)
        .region(region())
        .version("default")
        .resolve_conflicts_on_create(OnCreate::Overwrite)
        .resolve_conflicts_on_update(OnUpdate::Preserve)
        .preserve_on_delete(false)
}

/// The plan of a change that leaves the version open.
fn open(addon: EksAddonModel) -> Planned<EksAddonModel> {
    let installed_version = Value::unknown();
    Planned::new(EksAddonModel { installed_version, available_version: Value::unknown(), ..addon })
}

fn installed(state: &State<EksAddonModel>) -> (&str, &str) {
    let [version, status] =
        [&state.installed_version, &state.status].map(|text| text.known().map_or("", String::as_str));
    (version, status)
}

#[tokio::test]
async fn an_add_on_lives_its_life() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let created = EksAddon::create(&ctx, Planned::new(addon("vpc-cni"))).await.unwrap();
    assert_eq!(created.id.known().map(|id| id.as_str()), Some("us-east-1/main/vpc-cni"));
    assert_eq!(installed(&created), ("v1.19.6-eksbuild.7", "ACTIVE"));
    assert_eq!(call.recorded(), Some(created.encode()));
    assert_eq!(EksAddon::read(&ctx, created.clone()).await.unwrap(), Some(created.clone()));
    for id in ["us-east-1/main/vpc-cni", "main/vpc-cni"] {
        assert_eq!(EksAddon::import(&ctx, id).await.unwrap(), created);
    }

    let planned = (*created)
        .clone()
        .version("latest")
        .configuration_values(JsonText::new(&json!({"env": {"WARM_IP_TARGET": "2"}})))
        .service_account_role_arn("arn:aws:iam::123456789012:role/cni")
        .tags(texts([("team", "edge")]));
    let change = Change { prior: created, planned: open(planned.clone()) };
    let updated = EksAddon::update(&ctx, change).await.unwrap();
    assert_eq!(installed(&updated), ("v1.20.1-eksbuild.1", "ACTIVE"));
    assert_eq!(
        (&updated.configuration_values, &updated.service_account_role_arn, &updated.tags),
        (&planned.configuration_values, &planned.service_account_role_arn, &planned.tags)
    );
    // One that is not of AWS's default version is imported under the version that it has.
    let imported = EksAddon::import(&ctx, "main/vpc-cni").await.unwrap();
    assert_eq!(imported.version, "v1.20.1-eksbuild.1".into());

    EksAddon::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(EksAddon::read(&ctx, updated.clone()).await.unwrap(), None);
    EksAddon::delete(&ctx, updated).await.unwrap();
    let missing = EksAddon::import(&ctx, "main/vpc-cni").await.unwrap_err();
    assert_eq!(missing.kind(), RemoteErrorKind::NotFound);
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_an_add_on() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    with_nodes(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_addon", &stand_in.aws);
    let mut config = vec![("cluster_name", "main".into()), ("name", "coredns".into())];
    assert_eq!(instance.apply(&config).await, Action::Create);
    let role: Dynamic = "arn:aws:iam::123456789012:role/dns".into();
    let changes = [
        ("configuration_values", "{ \"replicaCount\" : 3 }".into()),
        ("configuration_values", "{\"replicaCount\":3.0}".into()),
        ("configuration_values", Dynamic::Null),
        ("service_account_role_arn", role),
        ("tags", map([("team", "edge")])),
        ("tags", Dynamic::Null),
        ("resolve_conflicts_on_update", "OVERWRITE".into()),
        ("preserve_on_delete", true.into()),
        ("version", "latest".into()),
        ("version", "v1.11.3-eksbuild.1".into()),
        ("version", "default".into()),
        ("cluster_version", "1.33".into()),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        instance.apply(&config).await;
    }
    assert_eq!(instance.state.attribute("installed_version"), &"v1.11.4-eksbuild.14".into());
}

#[tokio::test]
async fn an_add_on_follows_its_cluster_and_never_goes_back_by_itself() {
    let stand_in = StandIn::start().await;
    let cluster = with_cluster(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_addon", &stand_in.aws);
    let config = [("cluster_name", "main".into()), ("name", "kube-proxy".into())];
    instance.apply(&config).await;
    assert_eq!(instance.state.attribute("installed_version"), &"v1.33.2-eksbuild.2".into());
    instance.apply(&[&config[..], &[("version", "latest".into())]].concat()).await;
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("installed_version"), &"v1.33.3-eksbuild.3".into());
    assert_eq!(instance.state.attribute("available_version"), &"v1.33.2-eksbuild.2".into());

    let (ctx, _) = operation(&stand_in.aws);
    let planned = Planned::new((*cluster).clone().version("1.34"));
    sparki_topology::EksCluster::update(&ctx, Change { prior: cluster, planned }).await.unwrap();
    instance.refresh().await;
    // What is new since the last look shows in the plan, before anything is done.
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("installed_version"), &"v1.34.2-eksbuild.2".into());
}

#[tokio::test]
async fn an_add_on_without_machines_to_run_on_is_a_warning_until_there_are_some() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let created = EksAddon::create(&ctx, Planned::new(addon("coredns"))).await.unwrap();
    assert_eq!(installed(&created), ("v1.11.4-eksbuild.14", "DEGRADED"));
    let told = call.take_warnings().to_string();
    assert!(told.starts_with("warning: Add-on waits for machines\n"), "{told}");
    assert!(told.contains("InsufficientNumberOfReplicas: The add-on has no node to run on."), "{told}");
    with_nodes(&stand_in.aws, "main", "1.33").await;
    let read = EksAddon::read(&ctx, created).await.unwrap().unwrap();
    assert_eq!(installed(&read), ("v1.11.4-eksbuild.14", "ACTIVE"));
}

#[tokio::test]
async fn an_add_on_that_aws_fails_to_install_is_an_error_and_stays_in_the_state() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    stand_in.misbehave(json!([{"kind": "failure", "operation": "CreateAddon"}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    let error = EksAddon::create(&ctx, Planned::new(addon("vpc-cni"))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to install the add-on: The add-on has the status CREATE_FAILED. AWS's reason: InternalFailure: The \
         add-on failed on purpose."
    );
    let recorded = call.recorded().unwrap();
    assert_eq!(recorded.attribute("status").as_str(), Some("CREATE_FAILED"));
    let left = State::<EksAddonModel>::decode(&recorded).unwrap();
    EksAddon::delete(&ctx, left.clone()).await.unwrap();
    assert_eq!(EksAddon::read(&ctx, left).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_update_of_an_add_on_is_an_error_and_is_made_up_for() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let created = EksAddon::create(&ctx, Planned::new(addon("vpc-cni"))).await.unwrap();
    stand_in.misbehave(json!([{"kind": "failure", "operation": "UpdateAddon", "count": 1}])).await;
    let planned = || open((*created).clone().version("latest"));
    let change = Change { prior: created.clone(), planned: planned() };
    let error = EksAddon::update(&ctx, change).await.unwrap_err();
    assert!(error.to_string().contains("AWS's reason: Unknown: The update failed on purpose."), "{error}");
    assert_eq!(call.recorded().unwrap().attribute("installed_version").as_str(), Some("v1.19.6-eksbuild.7"));
    let read = EksAddon::read(&ctx, created.clone()).await.unwrap().unwrap();
    assert_eq!(installed(&read), ("v1.19.6-eksbuild.7", "UPDATE_FAILED"));
    let updated = EksAddon::update(&ctx, Change { prior: read, planned: planned() }).await.unwrap();
    assert_eq!(installed(&updated), ("v1.20.1-eksbuild.1", "ACTIVE"));
}

#[tokio::test]
async fn an_add_on_is_installed_once_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    stand_in.misbehave(json!([{"kind": "lost_answer", "operation": "CreateAddon", "count": 1}])).await;
    let (ctx, _) = operation(&stand_in.aws);
    let created = EksAddon::create(&ctx, Planned::new(addon("vpc-cni"))).await.unwrap();
    assert_eq!(installed(&created), ("v1.19.6-eksbuild.7", "ACTIVE"));
    // Another run has not made it.
    let (again, recorded) = operation(&stand_in.aws);
    let exists = EksAddon::create(&again, Planned::new(addon("vpc-cni"))).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
    assert!(exists.to_string().contains("terraform import <address> us-east-1/main/vpc-cni"), "{exists}");
    assert_eq!(recorded.recorded(), None);
}

#[tokio::test]
async fn the_roles_of_an_add_ons_service_accounts_are_told() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    with_nodes(&stand_in.aws, "main", "1.33").await;
    let (ctx, _) = operation(&stand_in.aws);
    let roles = texts([("ebs-csi-controller-sa", "arn:aws:iam::123456789012:role/ebs")]);
    let planned = addon("aws-ebs-csi-driver").pod_identities(roles.clone());
    let created = EksAddon::create(&ctx, Planned::new(planned)).await.unwrap();
    assert_eq!(created.pod_identities, roles.into());
    assert_eq!(EksAddon::read(&ctx, created.clone()).await.unwrap(), Some(created));
}
