//! Tables for Terraform's locks, which moto plays behind the stand-in.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use serde_json::json;
use sparki_core::{Change, Import, Planned, Reconcile, RemoteErrorKind, State};
use sparki_topology::StateBackend;
use sparki_topology::state_backend::StateBackendModel;

use super::stand_in::StandIn;
use crate::Moto;
use crate::support::{operation, region};

/// A state backend as generic planning leaves it.
fn backend(name: &str) -> StateBackendModel {
    StateBackendModel::new(name)
        .region(region())
        .noncurrent_expiration_days(90)
        .newer_noncurrent_versions(10)
        .force_destroy(false)
        .deletion_protection(false)
}

async fn client(stand_in: &StandIn) -> aws_sdk_dynamodb::Client {
    stand_in.aws.client(&region()).await.expect("a client is made without asking")
}

async fn tables(stand_in: &StandIn) -> Vec<String> {
    let answer = client(stand_in).await.list_tables().send().await.expect("moto answers");
    let mut names = answer.table_names.unwrap_or_default();
    names.sort();
    names
}

/// A table that something else has made.
async fn with_foreign(stand_in: &StandIn, name: &str) {
    let attribute = AttributeDefinition::builder().attribute_name("LockID");
    let attribute = attribute.attribute_type(ScalarAttributeType::S).build().expect("all of it is set");
    let key = KeySchemaElement::builder().attribute_name("LockID").key_type(KeyType::Hash);
    let request = client(stand_in).await.create_table().table_name(name).attribute_definitions(attribute);
    let request = request.key_schema(key.build().expect("all of it is set"));
    request.billing_mode(BillingMode::PayPerRequest).send().await.expect("moto makes it");
}

async fn update(
    stand_in: &StandIn,
    prior: State<StateBackendModel>,
    planned: StateBackendModel,
) -> State<StateBackendModel> {
    let (ctx, _) = operation(&stand_in.aws);
    let account_id = prior.account_id.clone();
    let planned = Planned::new(StateBackendModel { account_id, ..planned });
    StateBackend::update(&ctx, Change { prior, planned }).await.expect("nothing is in the way of a change")
}

#[tokio::test]
async fn a_backend_has_a_table_for_locks_as_it_has_to_be_and_takes_it_along() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let planned = backend("locked-states").lock_table("locks").deletion_protection(true);
    let made = StateBackend::create(&ctx, Planned::new(planned.clone())).await.unwrap();
    assert_eq!((&made.intact, &made.lock_table), (&true.into(), &"locks".into()));
    let config = made.backend_config.known().cloned().unwrap_or_default();
    assert_eq!(config.get("dynamodb_table").map(String::as_str), Some("locks"));
    assert_eq!(StateBackend::read(&ctx, made.clone()).await.unwrap(), Some(made.clone()));
    let client = client(&stand_in).await;
    let table = client.describe_table().table_name("locks").send().await.unwrap().table.unwrap();
    assert_eq!(table.deletion_protection_enabled(), Some(true));
    assert_eq!(table.key_schema()[0].attribute_name(), "LockID");
    let backups = client.describe_continuous_backups().table_name("locks").send().await.unwrap();
    let recovery =
        backups.continuous_backups_description.unwrap().point_in_time_recovery_description.unwrap();
    assert_eq!(recovery.point_in_time_recovery_status.unwrap().as_str(), "ENABLED");
    // Whoever imports the bucket gets its table with it.
    let imported = StateBackend::import(&ctx, "locked-states").await.unwrap();
    assert_eq!(*imported, StateBackendModel { timeouts: made.timeouts.clone(), ..(*made).clone() });

    // What something else has changed shows, and is mended.
    let request = client.update_table().table_name("locks").deletion_protection_enabled(false);
    request.send().await.unwrap();
    let drifted = StateBackend::read(&ctx, made).await.unwrap().expect("it is there");
    assert_eq!(drifted.intact, false.into());
    let mended = update(&stand_in, drifted, planned.clone()).await;
    assert_eq!(mended.intact, true.into());

    // Another name is another table, also of a bucket that is protected.
    let moved = update(&stand_in, mended, planned.lock_table("other-locks")).await;
    assert_eq!(tables(&stand_in).await, ["other-locks"]);
    let open = update(&stand_in, moved, backend("locked-states").lock_table("other-locks")).await;
    StateBackend::delete(&ctx, open.clone()).await.unwrap();
    assert!(tables(&stand_in).await.is_empty());
    assert_eq!(StateBackend::read(&ctx, open).await.unwrap(), None);
}

#[tokio::test]
async fn a_table_whose_answer_was_lost_is_taken_up() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let lost =
        json!([{"kind": "lost_answer", "service": "dynamodb", "operation": "CreateTable", "count": 1}]);
    stand_in.misbehave(lost).await;
    let (ctx, _) = operation(&stand_in.aws);
    let planned = Planned::new(backend("lost-locks").lock_table("locks"));
    let made = StateBackend::create(&ctx, planned).await.unwrap();
    assert_eq!((&made.intact, &made.lock_table), (&true.into(), &"locks".into()));
}

#[tokio::test]
async fn the_old_table_stays_where_the_other_name_cannot_be_had() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    with_foreign(&stand_in, "theirs").await;
    let (ctx, _) = operation(&stand_in.aws);
    let made = StateBackend::create(&ctx, Planned::new(backend("kept-locks").lock_table("locks"))).await;
    let made = made.unwrap();
    let account_id = made.account_id.clone();
    let planned = StateBackendModel { account_id, ..backend("kept-locks").lock_table("theirs") };
    let change = Change { prior: made.clone(), planned: Planned::new(planned) };
    let refused = StateBackend::update(&ctx, change).await.unwrap_err();
    assert_eq!(refused.kind(), RemoteErrorKind::Conflict);
    assert_eq!(tables(&stand_in).await, ["locks", "theirs"]);
    assert_eq!(StateBackend::read(&ctx, made.clone()).await.unwrap(), Some(made));
}

#[tokio::test]
async fn a_table_that_something_else_made_is_left_alone() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    with_foreign(&stand_in, "theirs").await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = Planned::new(backend("foreign-locks").lock_table("theirs"));
    let refused = StateBackend::create(&ctx, planned).await.unwrap_err();
    assert_eq!(refused.kind(), RemoteErrorKind::Conflict);
    assert!(refused.to_string().contains("Set another \"lock_table\""), "{refused}");
    // The bucket is in the state, and goes without the table.
    let recorded = call.recorded().expect("the bucket is there");
    assert_eq!(recorded.attribute("name").as_str(), Some("foreign-locks"));
    let left = State::new(backend("foreign-locks").lock_table("theirs"));
    StateBackend::delete(&ctx, left).await.unwrap();
    assert_eq!(tables(&stand_in).await, ["theirs"]);
}

#[tokio::test]
async fn a_table_outlives_a_bucket_that_something_else_removed_and_is_found_again() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let planned = Planned::new(backend("gone-states").lock_table("locks"));
    let made = StateBackend::create(&ctx, planned).await.unwrap();
    let s3: aws_sdk_s3::Client = stand_in.aws.client(&region()).await.unwrap();
    // Moto keeps the tags for the next bucket of the name.
    s3.delete_bucket_tagging().bucket("gone-states").send().await.unwrap();
    s3.delete_bucket().bucket("gone-states").send().await.unwrap();
    let left = StateBackend::read(&ctx, made).await.unwrap().expect("its table is there");
    assert_eq!((&left.intact, &left.lock_table), (&false.into(), &"locks".into()));
    let mended = update(&stand_in, left, backend("gone-states").lock_table("locks")).await;
    assert_eq!(mended.intact, true.into());
    assert_eq!(tables(&stand_in).await, ["locks"]);
    s3.delete_bucket().bucket("gone-states").send().await.unwrap();
    StateBackend::delete(&ctx, mended).await.unwrap();
    assert!(tables(&stand_in).await.is_empty());
}
