//! Keys in several regions, which moto keeps.

use serde_json::json;
use sparki_aws::Region;
use sparki_core::{Change, Import, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_plan::Action;
use sparki_topology::KmsKey;
use sparki_topology::kms_key::{KmsKeyModel, Rotation};

use super::stand_in::StandIn;
use crate::Moto;
use crate::planned::{Instance, map};
use crate::support::{Begun, all_tags, map as texts, operation, operation_after, region};

const REGIONS: [&str; 2] = ["us-east-1", "us-west-2"];

fn regions<const N: usize>(names: [&str; N]) -> Vec<Region> {
    names.map(|name| name.parse().expect("it is a region")).into()
}

/// A key as generic planning leaves it.
fn key(alias: &str) -> KmsKeyModel {
    let key = KmsKeyModel::new(alias, regions(REGIONS))
        .primary_region(region())
        .rotation(Rotation::new().enabled(true).period_days(365))
        .deletion_window_days(7)
        .bypass_policy_lockout_safety_check(false)
        .enabled(true)
        .tags(texts([("team", "core")]));
    KmsKeyModel { tags_all: all_tags([("team", "core")]), ..key }
}

/// How many keys a region has, whatever their state.
async fn count(stand_in: &StandIn, region: &str) -> usize {
    let region = region.parse().expect("it is a region");
    let client: aws_sdk_kms::Client = stand_in.aws.client(&region).await.expect("there is a client");
    client.list_keys().send().await.expect("keys are listed").keys().len()
}

async fn created(stand_in: &StandIn, alias: &str) -> State<KmsKeyModel> {
    let (ctx, _) = operation(&stand_in.aws);
    KmsKey::create(&ctx, Planned::new(key(alias))).await.expect("a key is made")
}

#[tokio::test]
async fn a_key_lives_its_life_in_every_region() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let made = created(&stand_in, "main").await;
    let key_id = made.key_id.known().unwrap().clone();
    assert_eq!(made.id.known().map(|id| id.as_str().to_owned()), Some(format!("us-east-1/{key_id}")));
    assert_eq!(made.arns.known().map(|arns| arns.len()), Some(2));
    assert_eq!(KmsKey::read(&ctx, made.clone()).await.unwrap(), Some(made.clone()));
    for id in [format!("us-east-1/{key_id}"), "us-east-1/alias/main".to_owned(), "alias/main".to_owned()] {
        let imported = KmsKey::import(&ctx, &id).await.unwrap();
        let expected = KmsKeyModel {
            deletion_window_days: Value::Null,
            bypass_policy_lockout_safety_check: Value::Null,
            ..(*made).clone()
        };
        assert_eq!(*imported, expected, "{id}");
    }
    KmsKey::delete(&ctx, made.clone()).await.unwrap();
    assert_eq!(KmsKey::read(&ctx, made.clone()).await.unwrap(), None);
    KmsKey::delete(&ctx, made.clone()).await.unwrap();
    // What is pending deletion is not taken up again.
    let again = created(&stand_in, "main").await;
    assert_ne!(again.key_id, made.key_id);
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_key() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_kms_key", &stand_in.aws);
    let list = |names: &[&str]| sparki_core::Dynamic::List(names.iter().map(|name| (*name).into()).collect());
    let mut config = vec![("alias", "main".into()), ("regions", list(&["us-east-1"]))];
    assert_eq!(instance.apply(&config).await, Action::Create);
    let rotation = sparki_core::Dynamic::object([("enabled", false.into()), ("period_days", 365.into())]);
    let changes = [
        ("regions", list(&["us-east-1", "us-west-2", "eu-west-1"])),
        ("description", "For tests.".into()),
        ("tags", map([("team", "edge")])),
        ("alias", "other".into()),
        ("rotation", rotation),
        // None of them goes: moto would take the alias away in every region. `moved` has a server that does not.
        ("regions", list(&["eu-west-1", "us-east-1", "us-west-2"])),
        ("enabled", false.into()),
        ("enabled", true.into()),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
}

#[tokio::test]
async fn one_key_is_made_whatever_becomes_of_the_answers() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let lost = ["CreateKey", "ReplicateKey", "CreateAlias", "TagResource"];
    let lost = lost.map(|operation| json!({"kind": "lost_answer", "operation": operation, "count": 1}));
    stand_in.misbehave(json!(lost)).await;
    created(&stand_in, "main").await;
    for region in REGIONS {
        assert_eq!(count(&stand_in, region).await, 1, "{region}");
    }
}

#[tokio::test]
async fn a_key_whose_process_died_is_taken_up() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let begun = std::sync::Arc::new(Begun::default());
    let (died, _) = operation_after(&stand_in.aws, std::sync::Arc::clone(&begun));
    let made = KmsKey::create(&died, Planned::new(key("main"))).await.unwrap();
    let (resumed, _) = operation_after(&stand_in.aws, begun);
    assert_eq!(KmsKey::create(&resumed, Planned::new(key("main"))).await.unwrap(), made);
    assert_eq!(count(&stand_in, "us-east-1").await, 1);
}

#[tokio::test]
async fn an_alias_of_another_key_is_in_the_way_before_anything_is_made() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    created(&stand_in, "main").await;
    let (ctx, call) = operation(&stand_in.aws);
    let taken = KmsKey::create(&ctx, Planned::new(key("main"))).await.unwrap_err();
    assert_eq!((taken.kind(), call.recorded()), (RemoteErrorKind::Conflict, None));
    assert!(taken.to_string().contains("terraform import <address> us-east-1/alias/main"), "{taken}");
    assert_eq!(count(&stand_in, "us-east-1").await, 1);
}

#[tokio::test]
async fn what_exists_is_saved_if_the_rest_fails() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let refused = json!([{"kind": "quota", "operation": "ReplicateKey"}, {"kind": "server_error", "operation": "ReplicateKey"}]);
    stand_in.misbehave(refused).await;
    let (ctx, call) = operation(&stand_in.aws);
    KmsKey::create(&ctx, Planned::new(key("main"))).await.unwrap_err();
    let recorded = call.recorded().unwrap();
    assert!(recorded.attribute("key_id").as_str().is_some_and(|id| id.starts_with("mrk-")));
    stand_in.misbehave(json!([])).await;
    let prior: State<KmsKeyModel> = State::decode(&recorded).unwrap();
    let planned = KmsKeyModel { arns: Value::unknown(), ..key("main") };
    let (again, _) = operation(&stand_in.aws);
    let change = Change { prior, planned: Planned::new(planned) };
    let mended = KmsKey::update(&again, change).await.unwrap();
    assert_eq!(mended.arns.known().map(|arns| arns.len()), Some(2));
    assert_eq!(KmsKey::read(&again, mended.clone()).await.unwrap(), Some(mended));
}

/// The aliases of a region that are not AWS's own.
async fn aliases(stand_in: &StandIn, region: &str) -> Vec<String> {
    let region = region.parse().expect("it is a region");
    let client: aws_sdk_kms::Client = stand_in.aws.client(&region).await.expect("there is a client");
    let answer = client.list_aliases().send().await.expect("aliases are listed");
    let names = answer.aliases().iter().filter_map(|alias| alias.alias_name().map(str::to_owned));
    names.filter(|name| !name.starts_with("alias/aws/")).collect()
}

#[tokio::test]
async fn a_key_that_lacks_an_alias_somewhere_leaves_none_behind() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    stand_in.misbehave(json!([{"kind": "quota", "operation": "CreateAlias", "region": "us-west-2"}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    KmsKey::create(&ctx, Planned::new(key("main"))).await.unwrap_err();
    assert_eq!(aliases(&stand_in, "us-east-1").await, ["alias/main"]);
    stand_in.misbehave(json!([])).await;
    let recorded: State<KmsKeyModel> = State::decode(&call.recorded().unwrap()).unwrap();
    let seen = KmsKey::read(&ctx, recorded).await.unwrap().unwrap();
    let client: aws_sdk_kms::Client = stand_in.aws.client(&region()).await.unwrap();
    let others = client.create_alias().alias_name("alias/others");
    others.target_key_id(seen.key_id.known().unwrap()).send().await.unwrap();
    KmsKey::delete(&ctx, seen).await.unwrap();
    // Of the other region nothing can be said: moto shows an alias of one region in all.
    assert_eq!(aliases(&stand_in, "us-east-1").await, ["alias/others"]);
}
