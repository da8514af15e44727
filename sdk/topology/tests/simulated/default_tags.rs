//! Default tags, which change while objects are there.

use std::sync::Arc;

use sparki_core::Dynamic;
use sparki_plan::Action;

use super::stand_in::{StandIn, subnets};
use super::{cluster_in, with_cluster};
use crate::Moto;
use crate::planned::{Instance, configuration, map};
use crate::support::region;

/// What a practitioner writes of an object.
pub(super) type Written = Vec<(&'static str, Dynamic)>;

pub(super) fn pod_identity() -> Written {
    vec![
        ("cluster_name", "main".into()),
        ("namespace", "web".into()),
        ("service_account", "shop".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/shop".into()),
    ]
}

pub(super) fn role() -> Written {
    let trust = [("pod_identity", true.into())];
    vec![("name", "shop".into()), ("trust", Dynamic::object(trust))]
}

pub(super) fn key() -> Written {
    let regions = ["us-east-1", "us-west-2"].map(Dynamic::from);
    vec![("alias", "main".into()), ("regions", Dynamic::List(regions.into()))]
}

pub(super) fn secret() -> Written {
    vec![("name", "shop/database".into())]
}

pub(super) fn bucket() -> Written {
    vec![("name", "tagged".into())]
}

/// A written object with these tags of its own.
fn tagged(mut written: Written, tags: Dynamic) -> Written {
    written.push(("tags", tags));
    written
}

/// The object goes through default tags that come, change and go.
async fn check_changes(stand_in: &StandIn, type_name: &str, written: &Written) {
    let mut instance = Instance::new(type_name, &stand_in.aws);
    assert_eq!(instance.apply(written).await, Action::Create, "{type_name}");
    assert_eq!(instance.state.attribute("tags_all"), &map([("cost-center", "7")]), "{type_name}");
    instance.go_on_with(&stand_in.tagging([("cost-center", "8"), ("stage", "test")]));
    assert_eq!(instance.apply(written).await, Action::Update, "{type_name}");
    let all = map([("cost-center", "8"), ("stage", "test")]);
    assert_eq!(
        (instance.state.attribute("tags_all"), instance.state.attribute("tags")),
        (&all, &Dynamic::Null)
    );
    // One of them becomes the object's own, with the same value and with another.
    let own = tagged(written.clone(), map([("cost-center", "8"), ("stage", "live")]));
    assert_eq!(instance.apply(&own).await, Action::Update, "{type_name}");
    assert_eq!(instance.state.attribute("tags_all"), &map([("cost-center", "8"), ("stage", "live")]));
    assert_eq!(instance.apply(written).await, Action::Update, "{type_name}");
    instance.go_on_with(&stand_in.tagging([]));
    assert_eq!(instance.apply(written).await, Action::Update, "{type_name}");
    assert_eq!(instance.state.attribute("tags_all"), &map([]), "{type_name}");
}

#[tokio::test]
async fn default_tags_that_change_reach_objects_that_are_there() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    cluster_in(&stand_in.aws, subnets(&moto.url).await).await;
    check_changes(&stand_in, "sparki_eks_pod_identity", &pod_identity()).await;
    check_changes(&stand_in, "sparki_iam_role", &role()).await;
    check_changes(&stand_in, "sparki_kms_key", &key()).await;
    check_changes(&stand_in, "sparki_secretsmanager_secret", &secret()).await;
    check_changes(&stand_in, "sparki_s3_bucket", &bucket()).await;
}

/// The association, and its ARN.
async fn with_pod_identity(stand_in: &StandIn) -> (Instance, String) {
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_pod_identity", &stand_in.aws);
    instance.apply(&pod_identity()).await;
    let arn = instance.state.attribute("arn").as_str().expect("AWS tells it").to_owned();
    (instance, arn)
}

#[tokio::test]
async fn a_default_tag_that_something_else_changed_is_mended() {
    let stand_in = StandIn::start().await;
    let (mut instance, arn) = with_pod_identity(&stand_in).await;
    let client: aws_sdk_eks::Client = stand_in.aws.client(&region()).await.unwrap();
    client.tag_resource().resource_arn(&arn).tags("cost-center", "13").send().await.unwrap();
    instance.refresh().await;
    assert_eq!(instance.state.attribute("tags_all"), &map([("cost-center", "13")]));
    assert_eq!(instance.state.attribute("tags"), &Dynamic::Null);
    assert_eq!(instance.apply(&pod_identity()).await, Action::Update);
    client.untag_resource().resource_arn(&arn).tag_keys("cost-center").send().await.unwrap();
    instance.refresh().await;
    assert_eq!(instance.apply(&pod_identity()).await, Action::Update);
    let there = client.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    let there = there.tags.unwrap_or_default();
    assert_eq!(there.get("cost-center").map(String::as_str), Some("7"));
}

#[tokio::test]
async fn a_state_from_before_there_was_such_an_attribute_changes_nothing() {
    let stand_in = StandIn::start().await;
    let (mut instance, _) = with_pod_identity(&stand_in).await;
    let Dynamic::Object(state) = &mut instance.state else { panic!("a state is an object") };
    state.insert("tags_all".to_owned(), Dynamic::Null);
    assert_eq!(instance.apply(&pod_identity()).await, Action::NoOp);
    instance.refresh().await;
    assert_eq!(instance.state.attribute("tags_all"), &map([("cost-center", "7")]));
    assert_eq!(instance.apply(&pod_identity()).await, Action::NoOp);
}

#[tokio::test]
async fn an_object_that_is_imported_has_all_its_tags() {
    let stand_in = StandIn::start().await;
    let (mut instance, _) = with_pod_identity(&stand_in).await;
    let imported = instance.imported("main/web/shop").await;
    assert_eq!(imported, instance.state);
    instance.state = imported;
    assert_eq!(instance.apply(&pod_identity()).await, Action::NoOp);
}

#[tokio::test]
async fn default_tags_that_are_not_known_yet_are_planned_as_such() {
    let stand_in = StandIn::start().await;
    let (instance, _) = with_pod_identity(&stand_in).await;
    let written = configuration(&instance.resource.schema().object, &pod_identity());
    let plan = sparki_plan::plan_instance(&*instance.resource, &written, &instance.state);
    assert_eq!(plan.action, Action::Update);
    assert!(plan.planned.attribute("tags_all").is_unknown(), "{:?}", plan.planned);
    // What apply knows by then is what there is.
    let resource = Arc::clone(&instance.resource);
    let outcome = resource.update(instance.call(), written, instance.state.clone(), plan.planned).await;
    assert_eq!(outcome.diagnostics.to_string(), "");
    assert_eq!(outcome.state.unwrap().attribute("tags_all"), &map([("cost-center", "7")]));
}
