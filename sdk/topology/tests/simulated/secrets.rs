//! Secrets, which moto keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use sparki_core::{Change, Dynamic, Import, Planned, Reconcile, RemoteErrorKind, Secret, State, Value};
use sparki_plan::{Action, settle};
use sparki_topology::SecretsmanagerSecret;
use sparki_topology::secretsmanager_secret::{Generate, Replica, SecretsmanagerSecretModel};

use super::stand_in::StandIn;
use crate::Moto;
use crate::planned::{Instance, configuration};
use crate::support::{Begun, all_tags, map as texts, operation, operation_after, region};

const VALUE: &str = "correct horse battery staple";

/// A secret as generic planning leaves it.
fn secret() -> SecretsmanagerSecretModel {
    let secret = SecretsmanagerSecretModel::new("shop/database")
        .region(region())
        .description("For tests.")
        .replicas(BTreeMap::from([("us-west-2".to_owned(), Replica::new())]))
        .value_wo(Secret::from(VALUE))
        .value_wo_version(1)
        .block_public_policy(true)
        .recovery_window_days(7)
        .restore(false)
        .force_overwrite_replica(false)
        .tags(texts([("team", "core")]));
    let tags_all = all_tags([("team", "core")]);
    SecretsmanagerSecretModel { version_id: Value::unknown(), arns: Value::unknown(), tags_all, ..secret }
}

async fn created(stand_in: &StandIn) -> State<SecretsmanagerSecretModel> {
    let (ctx, call) = operation(&stand_in.aws);
    let made = SecretsmanagerSecret::create(&ctx, Planned::new(secret())).await.expect("a secret is made");
    assert!(!format!("{made:?} {:?}", call.recorded()).contains(VALUE));
    made
}

/// The value that is handed out.
async fn value(stand_in: &StandIn) -> String {
    let client: aws_sdk_secretsmanager::Client =
        stand_in.aws.client(&region()).await.expect("no account is excluded");
    let answer =
        client.get_secret_value().secret_id("shop/database").send().await.expect("the secret is there");
    answer.secret_string.expect("it has a value")
}

#[tokio::test]
async fn a_secret_lives_its_life() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let made = created(&stand_in).await;
    assert_eq!(value(&stand_in).await, VALUE);
    assert_eq!(made.id.known().map(|id| id.as_str()), Some("us-east-1/shop/database"));
    assert_eq!(made.arns.known().map(|arns| arns.len()), Some(2));
    assert_eq!(SecretsmanagerSecret::read(&ctx, made.clone()).await.unwrap(), Some(made.clone()));
    for id in ["us-east-1/shop/database", "shop/database"] {
        let imported = SecretsmanagerSecret::import(&ctx, id).await.unwrap();
        assert_eq!((&imported.arns, &imported.version_id), (&made.arns, &made.version_id));
    }
    let copy = SecretsmanagerSecret::import(&ctx, "us-west-2/shop/database").await.unwrap_err();
    assert!(copy.to_string().contains("us-east-1/shop/database"), "{copy}");

    let planned = SecretsmanagerSecretModel {
        replicas: Value::Null,
        version_id: Value::unknown(),
        arns: Value::unknown(),
        value_wo: Value::Null,
        value_wo_version: Value::Null,
        tags_all: all_tags([("stage", "test")]),
        ..(*made).clone()
    };
    let planned = planned.generate(Generate::new().length(24).version(1)).tags(texts([("stage", "test")]));
    let change = Change { prior: made.clone(), planned: Planned::new(planned) };
    let updated = SecretsmanagerSecret::update(&ctx, change).await.unwrap();
    assert_ne!(updated.version_id, made.version_id);
    assert_eq!(value(&stand_in).await.len(), 24);
    assert_eq!(SecretsmanagerSecret::read(&ctx, updated.clone()).await.unwrap(), Some(updated.clone()));

    SecretsmanagerSecret::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(SecretsmanagerSecret::read(&ctx, updated.clone()).await.unwrap(), None);
    SecretsmanagerSecret::delete(&ctx, updated).await.unwrap();
}

#[tokio::test]
async fn one_secret_is_made_whatever_becomes_of_the_answers() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let lost = json!([{"kind": "lost_answer", "operation": "CreateSecret", "count": 1}]);
    stand_in.misbehave(lost).await;
    created(&stand_in).await;
    let (again, _) = operation(&stand_in.aws);
    let exists = SecretsmanagerSecret::create(&again, Planned::new(secret())).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
    let told = exists.to_string();
    assert!(
        told.contains("terraform import <address> us-east-1/shop/database") && !told.contains(VALUE),
        "{told}"
    );
}

#[tokio::test]
async fn a_secret_that_waits_for_its_deletion_is_restored_only_if_that_is_wanted() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    SecretsmanagerSecret::delete(&ctx, created(&stand_in).await).await.unwrap();
    let planned = |restore: bool| Planned::new(secret().restore(restore).value_wo(Secret::from("another")));
    let (again, call) = operation(&stand_in.aws);
    let refused = SecretsmanagerSecret::create(&again, planned(false)).await.unwrap_err();
    assert_eq!((refused.kind(), call.recorded()), (RemoteErrorKind::Conflict, None));
    assert!(refused.to_string().contains("set \"restore\" to true"), "{refused}");
    let (again, _) = operation(&stand_in.aws);
    let restored = SecretsmanagerSecret::create(&again, planned(true)).await.unwrap();
    assert_eq!(value(&stand_in).await, "another");
    assert_eq!(SecretsmanagerSecret::read(&again, restored.clone()).await.unwrap(), Some(restored));
}

#[tokio::test]
async fn a_restored_secret_has_the_planned_tags_and_the_mark_of_its_attempt() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    SecretsmanagerSecret::delete(&ctx, created(&stand_in).await).await.unwrap();
    let planned = || secret().restore(true).tags(texts([("stage", "test")]));
    let begun = Arc::new(Begun::default());
    let (died, _) = operation_after(&stand_in.aws, Arc::clone(&begun));
    let restored = SecretsmanagerSecret::create(&died, Planned::new(planned())).await.unwrap();
    let read = SecretsmanagerSecret::read(&died, restored.clone()).await.unwrap().unwrap();
    assert_eq!(read.tags, texts([("stage", "test")]).into());
    // A process that takes the attempt up finds what the other one has restored.
    let (resumed, _) = operation_after(&stand_in.aws, begun);
    let again = SecretsmanagerSecret::create(&resumed, Planned::new(planned())).await.unwrap();
    assert_eq!(again.arn, restored.arn);
}

#[tokio::test]
async fn a_restored_secret_is_in_the_state_before_it_is_marked() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let made = created(&stand_in).await;
    SecretsmanagerSecret::delete(&ctx, made.clone()).await.unwrap();
    stand_in.misbehave(json!([{"kind": "quota", "operation": "TagResource"}])).await;
    let (again, call) = operation(&stand_in.aws);
    SecretsmanagerSecret::create(&again, Planned::new(secret().restore(true))).await.unwrap_err();
    let recorded = call.recorded().expect("the secret is there again");
    assert_eq!(recorded.attribute("arn").as_str(), made.arn.known().map(String::as_str));
}

#[tokio::test]
async fn a_value_that_was_made_is_not_made_again_after_a_failure() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let given = secret();
    let planned = |version: i64| SecretsmanagerSecretModel {
        value_wo: Value::Null,
        value_wo_version: Value::Null,
        ..given.clone().generate(Generate::new().length(24).version(version))
    };
    let (ctx, call) = operation(&stand_in.aws);
    let made = SecretsmanagerSecret::create(&ctx, Planned::new(planned(1))).await.unwrap();
    let before = value(&stand_in).await;
    stand_in.misbehave(json!([{"kind": "quota", "operation": "ReplicateSecretToRegions"}])).await;
    let copies = BTreeMap::from(["us-west-2", "eu-west-1"].map(|region| (region.to_owned(), Replica::new())));
    let planned = planned(2).replicas(copies);
    let change = Change { prior: made, planned: Planned::new(planned.clone()) };
    SecretsmanagerSecret::update(&ctx, change).await.unwrap_err();
    let left: State<SecretsmanagerSecretModel> = State::decode(&call.recorded().unwrap()).unwrap();
    assert_eq!(left.generate, planned.generate);
    let after = value(&stand_in).await;
    assert_ne!(after, before);

    stand_in.misbehave(json!([])).await;
    let change = Change { prior: left, planned: Planned::new(planned) };
    SecretsmanagerSecret::update(&ctx, change).await.unwrap();
    assert_eq!(value(&stand_in).await, after);
}

#[tokio::test]
async fn a_value_that_was_not_taken_is_sent_again() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_secretsmanager_secret", &stand_in.aws);
    let wanted = |version: i64, value: &str| -> Vec<(&str, Dynamic)> {
        vec![
            ("name", "shop/database".into()),
            ("value_wo", value.into()),
            ("value_wo_version", version.into()),
        ]
    };
    assert_eq!(instance.apply(&wanted(1, VALUE)).await, Action::Create);
    stand_in.misbehave(json!([{"kind": "quota", "operation": "PutSecretValue"}])).await;
    let schema = &instance.resource.schema().object;
    let config = configuration(schema, &wanted(2, "another"));
    let planned = instance.plan(&config, &instance.state).planned;
    let prior = instance.state.clone();
    let failed = instance.resource.update(instance.call(), config, prior, planned.clone()).await;
    assert!(failed.diagnostics.has_errors());
    let left = settle(schema, &planned, failed.state.expect("the secret is still there"));
    assert_eq!(left.attribute("value_wo_version"), &1.into());
    assert_eq!(value(&stand_in).await, VALUE);

    instance.state = left;
    stand_in.misbehave(json!([])).await;
    assert_eq!(instance.apply(&wanted(2, "another")).await, Action::Update);
    assert_eq!(value(&stand_in).await, "another");
}

#[tokio::test]
async fn a_removal_whose_answer_was_lost_is_done() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let made = created(&stand_in).await;
    stand_in.misbehave(json!([{"kind": "lost_answer", "operation": "DeleteSecret", "count": 1}])).await;
    let (ctx, _) = operation(&stand_in.aws);
    SecretsmanagerSecret::delete(&ctx, made.clone()).await.unwrap();
    assert_eq!(SecretsmanagerSecret::read(&ctx, made).await.unwrap(), None);
}

#[tokio::test]
async fn a_later_secret_of_the_same_name_is_another_one() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let first = State::new((*created(&stand_in).await).clone().recovery_window_days(0));
    SecretsmanagerSecret::delete(&ctx, first.clone()).await.unwrap();
    let second = created(&stand_in).await;
    assert_ne!(second.arn, first.arn);
    assert_eq!(SecretsmanagerSecret::read(&ctx, first.clone()).await.unwrap(), None);
    let planned = Planned::new((*first).clone().description("Taken over."));
    let change = Change { prior: first.clone(), planned };
    let gone = SecretsmanagerSecret::update(&ctx, change).await.unwrap_err();
    assert_eq!(gone.kind(), RemoteErrorKind::NotFound);
    SecretsmanagerSecret::delete(&ctx, first).await.unwrap();
    assert_eq!(SecretsmanagerSecret::read(&ctx, second.clone()).await.unwrap(), Some(second));
}
