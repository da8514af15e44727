//! ConfigureProvider and ValidateProviderConfig.

use sparki_core::Dynamic;
use tfplugin_server::convert::dynamic_value;
use tfplugin_server::product::Product;
use tfplugin6::v6::validate_provider_config;

use super::session::{Served, check_said, object, said};
use depot::PARCEL;

fn config() -> Dynamic {
    object([("name", "books".into())])
}

#[tokio::test]
async fn connections_never_see_each_others_remotes() {
    let served = Served::start();
    let (mut one, mut other) = (served.connect().await, served.connect().await);
    assert_eq!(one.configure("one").await, [] as [&str; 0]);
    assert_eq!(other.configure("other").await, [] as [&str; 0]);
    let created = one.create(PARCEL, &config()).await;
    assert_eq!(created.said, [] as [&str; 0]);
    assert_eq!(served.depot.hall("one").ids(), ["parcel-1"]);
    assert_eq!(served.depot.hall("other").ids(), [] as [&str; 0]);
    assert!(other.read(PARCEL, &created).await.object.is_null());
    assert_eq!(one.read(PARCEL, &created).await.object, created.object);
}

#[tokio::test]
async fn a_value_that_is_not_known_yet_is_reported_by_what_needs_it() {
    let served = Served::start();
    let mut session = served.connect().await;
    assert_eq!(session.configure(Dynamic::unknown()).await, [] as [&str; 0]);
    assert_eq!(session.plan(PARCEL, &Dynamic::Null, &config()).await.said, [] as [&str; 0]);
    let answer = session.create(PARCEL, &config()).await;
    check_said(&answer.said, "error: Hall not known yet:", "depends on");
    // At apply Terraform knows it.
    assert_eq!(session.configure("main").await, [] as [&str; 0]);
    assert_eq!(session.create(PARCEL, &config()).await.said, [] as [&str; 0]);
}

#[tokio::test]
async fn a_remote_that_cannot_be_had_fails_the_plan_with_one_message() {
    let served = Served::start();
    let mut session = served.connect().await;
    assert_eq!(session.configure("closed").await, [] as [&str; 0]);
    let plan = session.plan(PARCEL, &Dynamic::Null, &config()).await;
    check_said(&plan.said, "error: Hall is closed:", "Name another");
    // Every other resource has the same reason.
    assert_eq!(session.plan(PARCEL, &Dynamic::Null, &config()).await.said, [] as [&str; 0]);
    check_said(&session.create(PARCEL, &config()).await.said, "error: Hall is closed:", "Name another");
}

#[tokio::test]
async fn a_configuration_that_panics_is_a_message() {
    let served = Served::start();
    let mut session = served.connect().await;
    check_said(&session.configure("burning").await, "error: Bug in the provider:", "ConfigureProvider");
    assert_eq!(session.configure("main").await, [] as [&str; 0]);
    assert_eq!(session.create(PARCEL, &config()).await.said, [] as [&str; 0]);
}

#[tokio::test]
async fn the_provider_block_is_checked() {
    let served = Served::start();
    let ty = served.depot.schema().object.ty();
    for (config, expected) in [
        (object([("hall", "main".into())]), 0),
        (object([("hall", Dynamic::unknown()), ("token", Dynamic::unknown())]), 0),
        (object([("token", "hunter2".into())]), 1),
        (Dynamic::Null, 1),
    ] {
        let request =
            validate_provider_config::Request { config: Some(dynamic_value::encode(&config, &ty).unwrap()) };
        let answer =
            served.connect().await.client.validate_provider_config(request).await.unwrap().into_inner();
        let found = said(&answer.diagnostics);
        assert_eq!(found.len(), expected, "{found:?}");
        assert!(found.iter().all(|found| found.starts_with("error at hall: Missing required attribute:")));
    }
}
