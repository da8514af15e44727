//! Pod identities.

use serde_json::json;
use sparki_core::{Change, Dynamic, Import, Planned, Reconcile, RemoteErrorKind};
use sparki_plan::Action;
use sparki_topology::EksPodIdentity;
use sparki_topology::eks_pod_identity::EksPodIdentityModel;

use super::stand_in::StandIn;
use super::with_cluster;
use crate::planned::{Instance, map};
use crate::support::{all_tags, map as texts, operation, region};

const ROLE: &str = "arn:aws:iam::123456789012:role/shop";
const OTHER: &str = "arn:aws:iam::123456789012:role/other";

fn association() -> EksPodIdentityModel {
    EksPodIdentityModel::new("main", "web", "shop", ROLE)
        .region(region())
        .session_tags(true)
        .tags(texts([("team", "core")]))
}

#[tokio::test]
async fn a_pod_identity_lives_its_life() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, _) = operation(&stand_in.aws);
    let created = EksPodIdentity::create(&ctx, Planned::new(association())).await.unwrap();
    assert_eq!(created.id.known().map(|id| id.as_str()), Some("us-east-1/main/web/shop"));
    assert!(created.association_id.known().is_some_and(|id| id.starts_with("a-")));
    assert_eq!(EksPodIdentity::read(&ctx, created.clone()).await.unwrap(), Some(created.clone()));
    for id in ["us-east-1/main/web/shop", "main/web/shop"] {
        assert_eq!(EksPodIdentity::import(&ctx, id).await.unwrap(), created);
    }

    let tags_all = all_tags([("stage", "test")]);
    let planned = EksPodIdentityModel { role_arn: OTHER.into(), tags_all, ..(*created).clone() }
        .session_tags(false)
        .tags(texts([("stage", "test")]));
    let change = Change { prior: created.clone(), planned: Planned::new(planned.clone()) };
    let updated = EksPodIdentity::update(&ctx, change).await.unwrap();
    assert_eq!(*updated, planned);

    EksPodIdentity::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(EksPodIdentity::read(&ctx, updated.clone()).await.unwrap(), None);
    EksPodIdentity::delete(&ctx, updated).await.unwrap();
    let missing = EksPodIdentity::import(&ctx, "main/web/shop").await.unwrap_err();
    assert_eq!(missing.kind(), RemoteErrorKind::NotFound);
}

#[tokio::test]
async fn protection_is_turned_on_and_off_without_a_change_on_aws() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_pod_identity", &stand_in.aws);
    let mut config = vec![
        ("cluster_name", "main".into()),
        ("namespace", "web".into()),
        ("service_account", "shop".into()),
        ("role_arn", ROLE.into()),
    ];
    instance.apply(&config).await;
    let changes =
        ["UpdatePodIdentityAssociation", "TagResource", "UntagResource", "DeletePodIdentityAssociation"];
    let failures = changes.map(|operation| json!({"kind": "failure", "operation": operation}));
    stand_in.misbehave(json!(failures)).await;
    config.push(("deletion_protection", true.into()));
    assert_eq!(instance.apply(&config).await, Action::Update);
    let refused = instance.resource.plan_destroy(&instance.state).to_string();
    assert!(refused.contains("Pod identity is protected from removal"), "{refused}");
    let refused = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert!(refused.diagnostics.to_string().contains("terraform untaint"), "{}", refused.diagnostics);
    assert_eq!(refused.state.as_ref(), Some(&instance.state));
    config.pop();
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("deletion_protection"), &false.into());
    stand_in.misbehave(json!([])).await;
    let removed = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!((removed.diagnostics.to_string().as_str(), removed.state), ("", None));
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_pod_identity() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_pod_identity", &stand_in.aws);
    let mut config = vec![
        ("cluster_name", "main".into()),
        ("namespace", "web".into()),
        ("service_account", "shop".into()),
        ("role_arn", ROLE.into()),
    ];
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("external_id"), &Dynamic::Null);
    let changes = [
        ("role_arn", OTHER.into()),
        ("target_role_arn", ROLE.into()),
        ("session_tags", false.into()),
        ("tags", map([("team", "edge")])),
        ("tags", Dynamic::Null),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
}

#[tokio::test]
async fn a_service_account_gets_one_role_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let lost = json!([{"kind": "lost_answer", "operation": "CreatePodIdentityAssociation", "count": 1}]);
    stand_in.misbehave(lost).await;
    let (ctx, _) = operation(&stand_in.aws);
    EksPodIdentity::create(&ctx, Planned::new(association())).await.unwrap();
    let (again, _) = operation(&stand_in.aws);
    let exists = EksPodIdentity::create(&again, Planned::new(association())).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
    assert!(exists.to_string().contains("terraform import <address> us-east-1/main/web/shop"), "{exists}");
}

#[tokio::test]
async fn a_pod_identity_that_something_else_removed_is_made_again() {
    let stand_in = StandIn::start().await;
    let cluster = with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, _) = operation(&stand_in.aws);
    let created = EksPodIdentity::create(&ctx, Planned::new(association())).await.unwrap();
    EksPodIdentity::delete(&ctx, created.clone()).await.unwrap();
    let planned = EksPodIdentityModel { role_arn: OTHER.into(), ..(*created).clone() };
    let change = Change { prior: created.clone(), planned: Planned::new(planned) };
    let gone = EksPodIdentity::update(&ctx, change).await.unwrap_err();
    assert_eq!(gone.kind(), RemoteErrorKind::NotFound);
    // Without its cluster it is gone as well.
    sparki_topology::EksCluster::delete(&ctx, cluster).await.unwrap();
    assert_eq!(EksPodIdentity::read(&ctx, created).await.unwrap(), None);
}
