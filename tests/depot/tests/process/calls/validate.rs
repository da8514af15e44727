//! ValidateResourceConfig.

use sparki_core::Dynamic;
use tfplugin_server::convert::dynamic_value;
use tfplugin_server::product::Product;
use tfplugin6::v6::{ClientCapabilities, validate_data_resource_config, validate_resource_config};

use super::session::{Served, check_said, object, said, with};
use depot::PARCEL;

const FORGETS: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

fn config() -> Dynamic {
    let item = object([("kind", "book".into()), ("word_wo", "sesame".into())]);
    object([("name", "books".into()), ("items", Dynamic::List(vec![item]))])
}

#[tokio::test]
async fn a_host_that_forgets_gets_write_only_values_through() {
    let served = Served::start();
    assert_eq!(served.connect().await.validate(PARCEL, &config(), FORGETS).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_host_that_would_store_write_only_values_is_refused_each_of_them() {
    let served = Served::start();
    let mut session = served.connect().await;
    let config = with(config(), "code_wo", Dynamic::unknown());
    let host = ClientCapabilities::default();
    let found = session.validate(PARCEL, &config, host).await;
    let [first, second] = found.as_slice() else { panic!("two messages: {found:?}") };
    assert!(first.starts_with("error at code_wo: Write-only attribute not supported:"), "{first}");
    assert!(second.starts_with("error at items[0]:") && second.contains("\"items[0].word_wo\""), "{second}");
    assert!(!found.concat().contains("sesame"));
    // A host that says nothing at all is as old.
    let request = validate_resource_config::Request {
        type_name: PARCEL.into(),
        config: session.encode(PARCEL, &config),
        client_capabilities: None,
    };
    let answer = session.client.validate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(said(&answer.diagnostics).len(), 2);
    // Without a value there is nothing to refuse.
    let config = object([("name", "books".into())]);
    assert_eq!(session.validate(PARCEL, &config, host).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_mistake_is_named_where_it_is() {
    let served = Served::start();
    let item = object([("kind", Dynamic::Null)]);
    let config = with(config(), "items", Dynamic::List(vec![item]));
    let found = served.connect().await.validate(PARCEL, &config, FORGETS).await;
    check_said(&found, "error at items[0]: Missing required attribute:", "\"items[0].kind\"");
}

#[tokio::test]
async fn a_null_element_is_a_mistake_and_no_crash() {
    let served = Served::start();
    let labels = Dynamic::Map([("a".to_owned(), Dynamic::Null)].into());
    let found = served.connect().await.validate(PARCEL, &with(config(), "labels", labels), FORGETS).await;
    check_said(&found, "error at labels[\"a\"]:", "must not be null");
}

#[tokio::test]
async fn a_data_source_is_told_one_thing_to_look_for() {
    let served = Served::start();
    let mut client = served.connect().await.client;
    let ty = served.depot.registry().data_sources()[PARCEL].schema().object.ty();
    for (config, expected) in [
        (object([("id", "parcel-1".into())]), 0),
        (object([("path", Dynamic::unknown())]), 0),
        (object([("id", Dynamic::unknown()), ("path", Dynamic::unknown())]), 0),
        (object([]), 1),
        (object([("id", "parcel-1".into()), ("path", "parcel-1".into())]), 1),
        (object([("id", "parcel-1".into()), ("grams", 1_i64.into())]), 1),
    ] {
        let config = Some(dynamic_value::encode(&config, &ty).unwrap());
        let request = validate_data_resource_config::Request { type_name: PARCEL.into(), config };
        let answer = client.validate_data_resource_config(request).await.unwrap().into_inner();
        let found = said(&answer.diagnostics);
        assert_eq!(found.len(), expected, "{found:?}");
    }
}
