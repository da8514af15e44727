//! ListResource and ValidateListResourceConfig.

use sparki_core::{Dynamic, Type};
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::validate_list_resource_config;

use super::abilities::Listing;
use super::session::{Served, Session, check_said, object, said, with};
use depot::{BOX, PARCEL};

/// Parcels called "a", "b" and "c"; "b" goes there.
async fn three(served: &Served) -> Session {
    let mut session = served.session().await;
    for (name, destination) in [("a", "here"), ("b", "there"), ("c", "here")] {
        let config = object([
            ("name", name.into()),
            ("destination", destination.into()),
            ("code_wo", "hunter2".into()),
        ]);
        assert_eq!(session.create(PARCEL, &config).await.said, [] as [&str; 0]);
    }
    served.hall().notes();
    session
}

fn all() -> Dynamic {
    object([])
}

#[tokio::test]
async fn every_object_is_found_with_what_identifies_it() {
    let served = Served::start();
    let listing = three(&served).await.list(PARCEL, &all(), |_| {}).await;
    assert_eq!((listing.names.join(" ").as_str(), listing.said.len()), ("a b c", 0));
    assert_eq!(listing.objects, [], "nobody asked for them");
    let b = object([("id", "parcel-2".into()), ("destination", "there".into())]);
    assert_eq!(listing.identities[1], b);
}

#[tokio::test]
async fn objects_are_whole_and_without_secrets_where_they_are_asked_for() {
    let served = Served::start();
    let mut session = three(&served).await;
    let listing = session.list(PARCEL, &all(), |request| request.include_resource_object = true).await;
    assert_eq!(listing.objects.len(), 3);
    assert_eq!(listing.objects[2].attribute("name"), &"c".into());
    assert!(!format!("{:?}", listing.objects).contains("hunter2"));
    // What was found is what a read finds.
    let known = super::session::Answer { object: listing.objects[0].clone(), ..super::session::nothing() };
    assert_eq!(session.read(PARCEL, &known).await.object, listing.objects[0]);
}

#[tokio::test]
async fn a_filter_narrows_the_list_down() {
    let served = Served::start();
    let listing = three(&served).await.list(PARCEL, &object([("destination", "here".into())]), |_| {}).await;
    assert_eq!(listing.names, ["a", "c"]);
}

#[tokio::test]
async fn nothing_is_looked_at_beyond_the_limit() {
    let served = Served::start();
    let mut session = three(&served).await;
    let listing = session.list(PARCEL, &all(), |request| request.limit = 2).await;
    assert_eq!(listing.names, ["a", "b"]);
    assert_eq!(served.hall().notes(), ["look at parcel-1", "look at parcel-2"]);
}

#[tokio::test]
async fn what_was_found_before_a_failure_is_told() {
    let served = Served::start();
    let mut session = three(&served).await;
    let listing = session.list(PARCEL, &object([("mishap", "fails".into())]), |_| {}).await;
    assert_eq!(listing.names, ["a"]);
    check_said(&listing.said, "error: Failed to list parcels:", "");
    let listing = session.list(PARCEL, &object([("mishap", "panics".into())]), |_| {}).await;
    assert_eq!(listing.names, ["a"]);
    check_said(&listing.said, "error: Internal error in the provider:", "dropped the list");
    assert_eq!(session.list(PARCEL, &all(), |_| {}).await.names.len(), 3);
}

#[tokio::test]
async fn a_host_that_hangs_up_ends_the_search() {
    let served = Served::start();
    let mut session = three(&served).await;
    // More than can be on the way.
    for _ in 0..100 {
        session.create(PARCEL, &object([("name", "more".repeat(5_000).as_str().into())])).await;
    }
    served.hall().notes();
    let request = tfplugin6::v6::list_resource::Request {
        type_name: PARCEL.into(),
        config: Session::value(
            session.product().registry().resources()[PARCEL].filter_schema().unwrap(),
            &all(),
        ),
        ..Default::default()
    };
    let mut events = session.client.list_resource(request).await.unwrap().into_inner();
    assert!(events.message().await.unwrap().is_some());
    drop(events);
    while !served.process.operations.is_empty() {
        tokio::task::yield_now().await;
    }
    let looked_at = served.hall().notes().len();
    assert!(looked_at < 103, "looked at {looked_at} parcels for nobody");
}

#[tokio::test]
async fn a_type_that_cannot_be_listed_is_a_message() {
    let mut session = Served::start().session().await;
    let request = tfplugin6::v6::list_resource::Request { type_name: BOX.into(), ..Default::default() };
    let mut events = session.client.list_resource(request).await.unwrap().into_inner();
    let event = events.message().await.unwrap().unwrap();
    check_said(&said(&event.diagnostic), "error: Unknown type:", "list resource type \"depot_box\"");
    assert_eq!(events.message().await.unwrap(), None);
}

#[tokio::test]
async fn a_list_block_is_checked_with_values_that_are_not_known() {
    let mut session = Served::start().connect().await;
    let schema = session.product().registry().resources()[PARCEL].filter_schema().unwrap().clone();
    let mut check = async |filter: Dynamic, limit: Dynamic| {
        let request = validate_list_resource_config::Request {
            type_name: PARCEL.into(),
            config: Session::value(&schema, &filter),
            limit: Some(dynamic_value::encode(&limit, &Type::Number).unwrap()),
            include_resource_object: None,
        };
        said(&session.client.validate_list_resource_config(request).await.unwrap().into_inner().diagnostics)
    };
    let unknown = object([("destination", Dynamic::unknown())]);
    assert_eq!(check(unknown, Dynamic::unknown()).await, [] as [&str; 0]);
    assert_eq!(check(all(), Dynamic::Null).await, [] as [&str; 0]);
    let empty = with(all(), "destination", "");
    check_said(&check(empty, 5_i64.into()).await, "error at destination: Invalid attribute value:", "");
    let nowhere = with(all(), "destination", "nowhere");
    check_said(&check(nowhere, Dynamic::Null).await, "error at destination: No such place:", "Name another");
    check_said(&check(all(), 0_i64.into()).await, "error: Invalid limit:", "1 or more");
}

#[tokio::test]
async fn a_provider_that_is_not_configured_finds_nothing() {
    let mut session = Served::start().connect().await;
    let listing = session.list(PARCEL, &all(), |_| {}).await;
    check_said(&listing.said, "error: Provider not configured:", "");
    assert_eq!(Listing { said: vec![], ..listing }, Listing::default());
}
