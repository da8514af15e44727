//! Results that break the rules. Terraform would drop the object from the state; so the state is mended and the fault
//! is named.

use sparki_core::Dynamic;
use tfplugin6::Bytes;

use super::session::{Answer, Served, check_said, object, with};
use depot::ODDITY;

const MENDED: &str = "Provider produced an invalid value";

fn config(fault: &str) -> Dynamic {
    object([
        ("fault", fault.into()),
        ("size", 1_i64.into()),
        ("secret_wo", "sesame".into()),
        ("note", "fine".into()),
        ("tags", Dynamic::List(vec!["a".into(), "b".into()])),
    ])
}

async fn create(fault: &str) -> Answer {
    let served = Served::start();
    let mut session = served.session().await;
    let answer = session.create(ODDITY, &config(fault)).await;
    assert_eq!(answer.object.attribute("fault"), &fault.into(), "the state is saved");
    assert!(answer.object.is_wholly_known() && answer.object.attribute("secret_wo").is_null());
    // It must be possible to go on from what was saved.
    let known = Answer { object: with(answer.object.clone(), "fault", "none"), ..answer.clone() };
    let read = session.read(ODDITY, &known).await;
    assert_eq!((read.object, read.said), (known.object, vec![]));
    answer
}

/// The message about the result, leaving out those that debug builds add.
fn mended(answer: &Answer) -> Vec<String> {
    answer.said.iter().filter(|said| said.contains(MENDED)).cloned().collect()
}

#[tokio::test]
async fn a_good_result_is_stored_as_it_is() {
    let answer = create("none").await;
    assert_eq!((answer.object.attribute("id"), answer.said), (&"parcel-1".into(), vec![]));
}

#[tokio::test]
async fn an_unknown_value_is_stored_as_null_and_named() {
    let answer = create("unknown").await;
    assert!(answer.object.attribute("size").is_null());
    check_said(&mended(&answer), "error at size:", "still unknown");
}

#[tokio::test]
async fn an_unknown_element_is_stored_as_null_and_named() {
    let answer = create("unknown inside").await;
    assert_eq!(answer.object.attribute("tags"), &Dynamic::List(vec!["a".into(), Dynamic::Null]));
    check_said(&mended(&answer), "error at tags[1]:", "still unknown");
}

#[tokio::test]
async fn a_write_only_value_is_never_stored() {
    let answer = create("write-only").await;
    assert!(answer.object.attribute("secret_wo").is_null());
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
}

#[tokio::test]
async fn a_value_of_another_type_is_stored_as_null_and_named() {
    let answer = create("wrong type").await;
    assert!(answer.object.attribute("size").is_null());
    check_said(&mended(&answer), "error at size:", "not a number");
    let answer = create("wrong type inside").await;
    assert_eq!(answer.object.attribute("tags"), &Dynamic::List(vec!["a".into(), Dynamic::Null]));
    check_said(&mended(&answer), "error at tags[1]:", "not a string");
}

#[tokio::test]
async fn an_attribute_that_is_not_in_the_schema_is_left_out_and_named() {
    let answer = create("extra attribute").await;
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
    check_said(&mended(&answer), "error at colour:", "not in the schema");
}

#[tokio::test]
async fn a_result_that_was_not_planned_is_stored_and_named_in_debug_builds() {
    let answer = create("other value").await;
    assert_eq!(answer.object.attribute("size"), &99_i64.into());
    if cfg!(debug_assertions) {
        check_said(&answer.said, "error at size: Provider returned an inconsistent result:", "");
    }
}

#[tokio::test]
async fn a_panic_while_the_result_is_settled_loses_no_state() {
    let answer = create("incomparable").await;
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
    check_said(&answer.said, "error: Internal error in the provider:", "cannot be compared");
}

#[tokio::test]
async fn a_read_that_breaks_the_rules_still_answers_with_a_state() {
    let served = Served::start();
    let mut session = served.session().await;
    for (fault, path) in [("unknown", "size"), ("wrong type", "size"), ("extra attribute", "colour")] {
        let state = with(with(config(fault), "id", "parcel-1"), "secret_wo", Dynamic::Null);
        let known = Answer { object: state, private: Bytes::new(), said: Vec::new() };
        let read = session.read(ODDITY, &known).await;
        check_said(&read.said, &format!("error at {path}: {MENDED}:"), "");
        assert_eq!(read.object.attribute("fault"), &fault.into());
    }
    let state = with(with(config("write-only"), "id", "parcel-1"), "secret_wo", Dynamic::Null);
    let known = Answer { object: state, private: Bytes::new(), said: Vec::new() };
    assert_eq!(session.read(ODDITY, &known).await, known);
    let state = with(with(config("incomparable"), "id", "parcel-1"), "secret_wo", Dynamic::Null);
    let known = Answer { object: state, private: Bytes::new(), said: Vec::new() };
    let read = session.read(ODDITY, &known).await;
    check_said(&read.said, "error:", "cannot be compared");
}
