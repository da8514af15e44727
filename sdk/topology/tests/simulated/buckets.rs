//! Buckets, which moto plays behind the stand-in.

use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;
use sparki_core::{Dynamic, Planned, Reconcile, RemoteErrorKind, State};
use sparki_plan::Action;
use sparki_topology::S3Bucket;
use sparki_topology::s3_bucket::{ObjectOwnership, PublicAccessBlock, S3BucketModel};

use super::stand_in::StandIn;
use crate::Moto;
use crate::planned::Instance;
use crate::support::{operation, region};

/// A bucket as generic planning leaves it.
fn bucket(name: &str) -> S3BucketModel {
    let access = PublicAccessBlock::new()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true);
    S3BucketModel::new()
        .region(region())
        .name(name)
        .versioning(true)
        .bucket_key(true)
        .public_access_block(access)
        .object_ownership(ObjectOwnership::BucketOwnerEnforced)
        .require_tls(true)
        .force_destroy(false)
        .deletion_protection(false)
}

async fn made(stand_in: &StandIn, planned: S3BucketModel) -> State<S3BucketModel> {
    let (ctx, _) = operation(&stand_in.aws);
    S3Bucket::create(&ctx, Planned::new(planned)).await.expect("nothing is in the way of a bucket")
}

async fn client(stand_in: &StandIn) -> aws_sdk_s3::Client {
    stand_in.aws.client(&region()).await.expect("a client is made without asking")
}

#[tokio::test]
async fn a_bucket_is_made_whatever_becomes_of_the_answers() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    stand_in
        .misbehave(json!([{"kind": "lost_answer", "service": "s3", "operation": "PUT *", "count": 1}]))
        .await;
    let made = made(&stand_in, bucket("lost-answer")).await;
    assert_eq!(made.id.known().map(|id| id.as_str()), Some("us-east-1/lost-answer"));
    let (ctx, _) = operation(&stand_in.aws);
    assert_eq!(S3Bucket::read(&ctx, made.clone()).await.unwrap(), Some(made));
}

#[tokio::test]
async fn a_bucket_that_something_else_made_is_left_alone() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    client(&stand_in).await.create_bucket().bucket("foreign").send().await.unwrap();
    let (ctx, call) = operation(&stand_in.aws);
    let taken = S3Bucket::create(&ctx, Planned::new(bucket("foreign"))).await.unwrap_err();
    assert_eq!(taken.kind(), RemoteErrorKind::Conflict);
    assert!(taken.to_string().contains("terraform import <address> us-east-1/foreign"), "{taken}");
    assert_eq!(call.recorded(), None);
}

#[tokio::test]
async fn a_bucket_that_could_not_be_seen_before_is_left_alone() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    client(&stand_in).await.create_bucket().bucket("unseen").send().await.unwrap();
    // The first look, and the one that the SDK takes instead.
    stand_in
        .misbehave(json!([{"kind": "server_error", "service": "s3", "operation": "GET *", "count": 2}]))
        .await;
    let (ctx, call) = operation(&stand_in.aws);
    let taken = S3Bucket::create(&ctx, Planned::new(bucket("unseen"))).await.unwrap_err();
    assert_eq!(taken.kind(), RemoteErrorKind::Conflict);
    assert_eq!(call.recorded(), None);
}

#[tokio::test]
async fn a_bucket_with_something_in_it_is_removed_only_if_that_was_asked_for() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    // Moto takes the refusal of requests without TLS for one of all.
    let made = made(&stand_in, bucket("full-bucket").require_tls(false)).await;
    let client = client(&stand_in).await;
    for text in ["one", "two"] {
        let request = client.put_object().bucket("full-bucket").key("object");
        request.body(ByteStream::from_static(text.as_bytes())).send().await.unwrap();
    }
    client.delete_object().bucket("full-bucket").key("object").send().await.unwrap();
    let (ctx, _) = operation(&stand_in.aws);
    let refused = S3Bucket::delete(&ctx, made.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), RemoteErrorKind::Conflict);
    assert!(refused.to_string().contains("it holds 3 objects, versions and marks"), "{refused}");

    let forced = State::new((*made).clone().force_destroy(true));
    S3Bucket::delete(&ctx, forced.clone()).await.unwrap();
    assert_eq!(S3Bucket::read(&ctx, forced.clone()).await.unwrap(), None);
    S3Bucket::delete(&ctx, forced).await.unwrap();
}

#[tokio::test]
async fn a_protected_bucket_is_not_removed() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let made = made(&stand_in, bucket("protected").deletion_protection(true)).await;
    let (ctx, _) = operation(&stand_in.aws);
    let refused = S3Bucket::delete(&ctx, made.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("\"deletion_protection\" is true"), "{refused}");
    assert!(S3Bucket::read(&ctx, made).await.unwrap().is_some());
}

#[tokio::test]
async fn a_state_backend_mends_what_something_else_has_changed() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_state_backend", &stand_in.aws);
    let replica =
        [("region", "us-west-2".into()), ("name", "states-copy".into()), ("kms_key_arn", Dynamic::Null)];
    let config = vec![("name", "states".into()), ("replica", Dynamic::object(replica))];
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("intact"), &true.into());

    client(&stand_in).await.delete_bucket_policy().bucket("states").send().await.unwrap();
    instance.refresh().await;
    assert_eq!(instance.state.attribute("intact"), &false.into());
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("intact"), &true.into());
}

/// A state backend with copies in another region.
fn states() -> Vec<(&'static str, Dynamic)> {
    let replica =
        [("region", "us-west-2".into()), ("name", "states-copy".into()), ("kms_key_arn", Dynamic::Null)];
    vec![
        ("name", "states".into()),
        ("replica", Dynamic::object(replica)),
        ("deletion_protection", false.into()),
    ]
}

/// The same, made, and a client where the copies are. Nothing refuses requests without TLS, which moto takes
/// for all of them.
async fn with_copies(stand_in: &StandIn) -> (Instance, aws_sdk_s3::Client) {
    let mut instance = Instance::new("sparki_state_backend", &stand_in.aws);
    assert_eq!(instance.apply(&states()).await, Action::Create);
    let there = "us-west-2".parse().expect("it is a region");
    let copies: aws_sdk_s3::Client = stand_in.aws.client(&there).await.expect("there are keys");
    copies.delete_bucket_policy().bucket("states-copy").send().await.expect("moto removes policies");
    client(stand_in)
        .await
        .delete_bucket_policy()
        .bucket("states")
        .send()
        .await
        .expect("moto removes policies");
    (instance, copies)
}

#[tokio::test]
async fn copies_that_have_to_stay_go_on_being_made() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (instance, copies) = with_copies(&stand_in).await;
    let request = copies.put_object().bucket("states-copy").key("state");
    request.body(ByteStream::from_static(b"{}")).send().await.unwrap();
    let refused = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert!(refused.diagnostics.to_string().contains("The bucket is not empty"), "{}", refused.diagnostics);
    client(&stand_in).await.get_bucket_replication().bucket("states").send().await.unwrap();
}

#[tokio::test]
async fn a_copy_that_is_somebody_elses_is_left_alone() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (instance, copies) = with_copies(&stand_in).await;
    copies.delete_bucket_tagging().bucket("states-copy").send().await.unwrap();
    let removed = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!(removed.diagnostics.to_string(), "");
    copies.head_bucket().bucket("states-copy").send().await.unwrap();
}

#[tokio::test]
async fn a_state_bucket_that_something_else_removed_is_made_anew_beside_its_copies() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (mut instance, copies) = with_copies(&stand_in).await;
    let request = copies.put_object().bucket("states-copy").key("state");
    request.body(ByteStream::from_static(b"{}")).send().await.unwrap();
    // Moto keeps the tags for the next bucket of the name.
    client(&stand_in).await.delete_bucket_tagging().bucket("states").send().await.unwrap();
    client(&stand_in).await.delete_bucket().bucket("states").send().await.unwrap();

    let seen = instance.resource.read(instance.call(), instance.state.clone()).await;
    let told = seen.diagnostics.to_string();
    assert!(told.starts_with("warning: State bucket is gone") && told.contains("\"states-copy\""), "{told}");
    instance.state = seen.state.expect("its copies are there");
    assert_eq!(instance.state.attribute("intact"), &false.into());

    assert_eq!(instance.apply(&states()).await, Action::Update);
    assert_eq!(instance.state.attribute("intact"), &true.into());
    let tags = client(&stand_in).await.get_bucket_tagging().bucket("states").send().await.unwrap();
    assert!(tags.tag_set().iter().any(|tag| tag.key() == "sparki:kind" && tag.value() == "state-backend"));
    copies.delete_bucket_policy().bucket("states-copy").send().await.unwrap();
    copies.head_object().bucket("states-copy").key("state").send().await.unwrap();
}

#[tokio::test]
async fn copies_whose_bucket_is_gone_are_removed_unless_they_hold_something() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (instance, copies) = with_copies(&stand_in).await;
    let request = copies.put_object().bucket("states-copy").key("state");
    request.body(ByteStream::from_static(b"{}")).send().await.unwrap();
    client(&stand_in).await.delete_bucket().bucket("states").send().await.unwrap();
    let refused = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert!(refused.diagnostics.to_string().contains("The bucket is not empty"), "{}", refused.diagnostics);

    let versions = copies.list_object_versions().bucket("states-copy").send().await.unwrap();
    for version in versions.versions() {
        let request = copies.delete_object().bucket("states-copy").key("state");
        request.set_version_id(version.version_id().map(str::to_owned)).send().await.unwrap();
    }
    let removed = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!(removed.diagnostics.to_string(), "");
    assert!(copies.head_bucket().bucket("states-copy").send().await.is_err());
    let iam = stand_in.aws.client::<aws_sdk_iam::Client>(&region()).await.unwrap();
    assert!(iam.get_role().role_name("states-replication").send().await.is_err());
}

#[tokio::test]
async fn a_role_goes_although_its_copies_are_gone() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (mut instance, copies) = with_copies(&stand_in).await;
    copies.delete_bucket().bucket("states-copy").send().await.unwrap();
    instance.refresh().await;
    assert_eq!(instance.state.attribute("replica"), &Dynamic::Null);
    let removed = instance.resource.delete(instance.call(), instance.state.clone()).await;
    assert_eq!(removed.diagnostics.to_string(), "");
    let iam = stand_in.aws.client::<aws_sdk_iam::Client>(&region()).await.unwrap();
    assert!(iam.get_role().role_name("states-replication").send().await.is_err());
}
