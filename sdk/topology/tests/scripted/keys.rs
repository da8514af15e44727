//! KMS that loses answers, shows nothing yet, or does not let itself be looked at.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sparki_core::{Change, Dynamic, Planned, Reconcile, RemoteErrorKind, State};
use sparki_topology::KmsKey;
use sparki_topology::kms_key::{KmsKeyFilter, KmsKeyModel};

use super::{Answer, Script};
use crate::listed::{IDENTITIES, list, names};
use crate::moved::{arn, in_state, regions};
use crate::planned::Instance;
use crate::support::{aws, operation};

const GONE: Answer = Answer::Error(400, "NotFoundException", "It is not there");
const DENIED: Answer = Answer::Error(400, "AccessDeniedException", "It is somebody else's");
const LOST: Answer = Answer::Error(500, "KMSInternalException", "Try again");

/// The key of a region, whose primary is in us-east-1 and knows no replica.
fn described(region: &str, state: &str) -> Answer {
    Answer::Ok(json!({"KeyMetadata": {
        "KeyId": "mrk-1",
        "Arn": arn(region),
        "KeyState": state,
        "MultiRegion": true,
        "MultiRegionConfiguration": {"PrimaryKey": {"Arn": arn("us-east-1"), "Region": "us-east-1"}},
    }}))
}

fn aliases(names: &[&str]) -> Answer {
    let alias = |name: &&str| json!({"AliasName": format!("alias/{name}"), "TargetKeyId": "mrk-1"});
    Answer::Ok(json!({"Aliases": names.iter().map(alias).collect::<Vec<_>>()}))
}

/// KMS that knows the key of us-east-1, and tells what it is like in two regions.
fn known() -> Script {
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
        "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let policy = || Answer::Ok(json!({"Policy": policy}));
    let tag = |key: &str, value: &str| json!({"TagKey": key, "TagValue": value});
    let tags = || Answer::Ok(json!({"Tags": [tag("team", "core"), tag("cost-center", "7")]}));
    let rotation = json!({"KeyRotationEnabled": true, "RotationPeriodInDays": 365});
    Script::default()
        .on("DescribeKey us-east-1", [described("us-east-1", "Enabled")])
        .on("GetKeyPolicy us-east-1", [policy()])
        .on("GetKeyPolicy us-west-2", [policy()])
        .on("ListResourceTags us-east-1", [tags()])
        .on("ListResourceTags us-west-2", [tags()])
        .on("ListAliases us-east-1", [aliases(&["main"])])
        .on("ListAliases us-west-2", [aliases(&["main"])])
        .on("GetKeyRotationStatus us-east-1", [Answer::Ok(rotation)])
}

/// From a key of one region to one of two.
fn replicated() -> Change<KmsKeyModel> {
    let one = KmsKeyModel {
        regions: regions(["us-east-1"]).into(),
        arns: BTreeMap::from([("us-east-1".to_owned(), arn("us-east-1"))]).into(),
        ..in_state()
    };
    Change { prior: State::new(one), planned: Planned::new(in_state()) }
}

fn unknown() -> Script {
    Script::default().on("DescribeKey us-east-1", [GONE]).on("DescribeKey us-west-2", [GONE])
}

#[tokio::test]
async fn a_key_whose_answer_was_lost_may_be_there_although_the_next_one_is_refused() {
    let none = Answer::Ok(json!({"Keys": []}));
    let full = Answer::Error(400, "LimitExceededException", "The account may have no more");
    let script = unknown().on("ListKeys us-east-1", [none]).on("CreateKey us-east-1", [LOST, full]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = KmsKey::create(&ctx, Planned::new(in_state())).await.unwrap_err();
    assert!(error.maybe_applied() && error.kind() == RemoteErrorKind::Other, "{error}");
}

#[tokio::test]
async fn a_key_that_was_begun_is_not_forgotten_when_nothing_can_be_seen() {
    let regions = Dynamic::List(vec!["us-east-1".into(), "us-west-2".into()]);
    let config = [("alias", "main".into()), ("regions", regions)];
    let blind = Script::default().on("DescribeKey us-east-1", [DENIED]);
    for script in [blind, unknown().on("ListKeys us-east-1", [DENIED])] {
        let server = script.serve().await;
        let instance = Instance::new("sparki_kms_key", &aws(&server.uri()));
        assert!(!instance.fails_for_good(&config).await, "{:?}", script.asked());
    }
}

#[tokio::test]
async fn a_deletion_that_was_taken_back_without_an_answer_is_taken_back() {
    let live = Answer::Error(400, "KMSInvalidStateException", "mrk-1 is not pending deletion.");
    let states = ["PendingDeletion", "Disabled", "Enabled"].map(|state| described("us-west-2", state));
    let script = known()
        .on("DescribeKey us-west-2", states)
        .on("CancelKeyDeletion us-west-2", [LOST, live])
        .on("EnableKey us-west-2", [Answer::Ok(Json::Null)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let updated = KmsKey::update(&ctx, replicated()).await.unwrap();
    assert_eq!(updated.arns, in_state().arns);
}

#[tokio::test]
async fn a_region_that_has_just_got_the_key_is_in_the_state_when_the_rest_fails() {
    let full = Answer::Error(400, "LimitExceededException", "The account may have no more");
    let script = known()
        .on("DescribeKey us-west-2", [GONE, described("us-west-2", "Enabled")])
        .on("ReplicateKey us-east-1", [Answer::Ok(json!({}))])
        .on("ListAliases us-west-2", [aliases(&[])])
        .on("CreateAlias us-west-2", [full]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    KmsKey::update(&ctx, replicated()).await.unwrap_err();
    let recorded: State<KmsKeyModel> = State::decode(&call.recorded().unwrap()).unwrap();
    assert_eq!(recorded.regions, regions(["us-east-1", "us-west-2"]).into());
}

#[tokio::test]
async fn a_list_of_keys_that_may_not_be_seen_is_none() {
    let keys = Answer::Ok(json!({"Keys": [{"KeyId": "mrk-0"}, {"KeyId": "mrk-1"}]}));
    let script =
        Script::default().on("ListKeys us-east-1", [keys.clone()]).on("DescribeKey us-east-1", [DENIED]);
    let server = script.serve().await;
    let error = list::<KmsKey>(&server, KmsKeyFilter::new(), IDENTITIES).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied);
    // Next to keys that are told, those of others are none of the list.
    let script = script.on("DescribeKey us-east-1", [DENIED, described("us-east-1", "Enabled")]);
    let server = script.serve().await;
    let found = list::<KmsKey>(&server, KmsKeyFilter::new(), IDENTITIES).await.unwrap();
    assert_eq!(names(&found), ["mrk-1"]);
}
