//! UpgradeResourceState.

use sparki_core::Dynamic;
use tfplugin6::v6::RawState;

use super::session::{Answer, Served, check_said, object};
use depot::{BOX, PARCEL};

const VERSION: i64 = 3;

async fn upgrade(version: i64, json: &str) -> Answer {
    let stored = RawState { json: json.to_owned().into(), ..RawState::default() };
    // No configuration and no schema is needed.
    Served::start().connect().await.upgrade(PARCEL, version, Some(stored)).await
}

async fn check_refused(version: i64, json: &str, start: &str, part: &str) {
    let answer = upgrade(version, json).await;
    assert!(answer.object.is_null());
    check_said(&answer.said, start, part);
}

#[tokio::test]
async fn a_state_of_this_version_passes() {
    let json = r#" {"id": "parcel-1", "name":"books", "grams": 9, "sealed": false,
        "stamps": [{"motif":"bird","cents":1}], "labels": {"a":"b"}, "items": [{"kind":"book","serial":1}]} "#;
    let answer = upgrade(VERSION, json).await;
    assert_eq!(answer.said, [] as [&str; 0]);
    assert_eq!(answer.object.attribute("grams"), &9_i64.into());
    let stamp = object([("motif", "bird".into()), ("cents", 1_i64.into())]);
    assert_eq!(answer.object.attribute("stamps"), &Dynamic::set(vec![stamp]));
    assert!(answer.object.attribute("timeouts").is_null(), "what is missing is null");
}

#[tokio::test]
async fn attributes_that_were_removed_are_dropped_at_any_depth() {
    let json = r#"{"name":"books","colour":"red","items":[{"kind":"book","cover":{"hard":true}}]}"#;
    let answer = upgrade(VERSION, json).await;
    assert_eq!((answer.said.len(), answer.object.attribute("name")), (0, &"books".into()));
}

#[tokio::test]
async fn a_value_stored_before_its_attribute_became_write_only_is_dropped() {
    let json = r#"{"name":"books","code_wo":"hunter2","items":[{"kind":"book","word_wo":"sesame"}]}"#;
    let answer = upgrade(VERSION, json).await;
    assert_eq!(answer.said, [] as [&str; 0]);
    let text = format!("{:?}", answer.object);
    assert!(!text.contains("hunter2") && !text.contains("sesame"), "{text}");
}

#[tokio::test]
async fn numbers_pass_without_losing_a_digit() {
    let answer = upgrade(VERSION, r#"{"name":"books","grams":123456789012345678901234567890}"#).await;
    let expected = Dynamic::Number("123456789012345678901234567890".parse().unwrap());
    assert_eq!(answer.object.attribute("grams"), &expected);
}

#[tokio::test]
async fn a_state_of_another_version_is_refused_with_what_to_do() {
    check_refused(VERSION + 1, "{}", "error: State cannot be read:", "newer version of the provider").await;
    check_refused(VERSION - 1, "{}", "error: State cannot be read:", "a version between them").await;
}

#[tokio::test]
async fn a_state_of_terraform_0_11_is_refused() {
    let stored =
        RawState { flatmap: [("name".to_owned(), "books".to_owned())].into(), ..RawState::default() };
    for stored in [Some(stored), Some(RawState::default()), None] {
        let answer = Served::start().connect().await.upgrade(PARCEL, VERSION, stored).await;
        assert!(answer.object.is_null());
        check_said(&answer.said, "error: State cannot be read:", "Terraform 0.11");
    }
}

#[tokio::test]
async fn garbage_is_refused() {
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for json in ["{", "nonsense", "{\"name\":\"books\"} trailing", "\u{0}", &deep] {
        check_refused(VERSION, json, "error: State cannot be read:", "no JSON").await;
    }
    check_refused(VERSION, "[]", "error: State cannot be read:", "does not fit").await;
    check_refused(VERSION, r#"{"grams":1e999999999}"#, "error at grams: State cannot be read:", "").await;
    let json = r#"{"items":[{"kind":{}}]}"#;
    check_refused(
        VERSION,
        json,
        "error at items[0]: State cannot be read:",
        "items[0].kind: a string is required",
    )
    .await;
}

#[tokio::test]
async fn an_unknown_type_is_a_message() {
    let answer = Served::start().connect().await.upgrade("depot_pallet", 0, None).await;
    check_said(&answer.said, "error: Unknown type:", "depot_pallet");
}

async fn upgrade_box(version: i64, json: &str) -> Answer {
    let stored = RawState { json: json.to_owned().into(), ..RawState::default() };
    Served::start().connect().await.upgrade(BOX, version, Some(stored)).await
}

#[tokio::test]
async fn a_state_of_every_earlier_version_goes_through_all_that_followed() {
    let expected = object([
        ("id", "parcel-1".into()),
        ("label", "books".into()),
        ("grams", 2000_i64.into()),
        ("kilograms", Dynamic::Null),
    ]);
    for (version, json) in [
        (0, r#"{"id":"parcel-1","title":"books","weight":"2 kg","removed":[1]}"#),
        (1, r#"{"id":"parcel-1","title":"books","kilograms":2}"#),
        (2, r#"{"id":"parcel-1","label":"books","grams":2000}"#),
    ] {
        let answer = upgrade_box(version, json).await;
        assert_eq!((answer.object, answer.said), (expected.clone(), vec![]), "version {version}");
    }
}

#[tokio::test]
async fn an_earlier_state_that_is_none_is_refused_at_the_value_that_is_wrong() {
    let answer = upgrade_box(1, r#"{"title":"books","kilograms":"heavy"}"#).await;
    check_said(&answer.said, "error at kilograms: State cannot be read:", "a number is required");
    let answer = upgrade_box(-1, "{}").await;
    check_said(&answer.said, "error: State cannot be read:", "reads schemas from 0 on");
    let answer = upgrade_box(3, "{}").await;
    check_said(&answer.said, "error: State cannot be read:", "newer version of the provider");
}
