//! ApplyResourceChange of a resource that keeps the rules, when all goes well and when it does not.

use sparki_core::Dynamic;
use tfplugin6::Bytes;
use tfplugin6::v6::apply_resource_change;

use super::session::{Answer, Served, Session, check_said, not_configured, object, with};
use depot::{Mishap, PARCEL};

fn config() -> Dynamic {
    object([("name", "books".into()), ("grams", 900_i64.into()), ("code_wo", "hunter2".into())])
}

fn with_mishap(mishap: Mishap) -> Dynamic {
    with(config(), "mishap", mishap.as_str())
}

async fn created(session: &mut Session) -> Answer {
    let created = session.create(PARCEL, &config()).await;
    assert_eq!(created.said, [] as [&str; 0]);
    created
}

/// What is left when an operation failed late: everything known, and what is not known is null.
fn check_partial(answer: &Answer) {
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
    assert_eq!(answer.object.attribute("name"), &"books".into());
    assert!(answer.object.attribute("revision").is_null());
    assert!(answer.object.attribute("code_wo").is_null());
}

#[tokio::test]
async fn a_creation_stores_everything_but_write_only_values() {
    let served = Served::start();
    let items = Dynamic::List(vec![object([("kind", "book".into()), ("word_wo", "sesame".into())])]);
    let created = served.session().await.create(PARCEL, &with(config(), "items", items)).await;
    assert_eq!(created.said, [] as [&str; 0]);
    assert_eq!(created.object.attribute("id"), &"parcel-1".into());
    assert_eq!(created.object.attribute("revision"), &1_i64.into());
    assert!(created.object.is_wholly_known());
    assert!(served.hall().notes().contains(&"secrets hunter2 sesame".to_owned()), "the remote got them");
    let text = format!("{:?} {:?}", created.object, created.private);
    assert!(!text.contains("hunter2") && !text.contains("sesame"), "{text}");
}

#[tokio::test]
async fn a_creation_that_fails_early_leaves_nothing() {
    let served = Served::start();
    let answer = served.session().await.create(PARCEL, &with_mishap(Mishap::FailsEarly)).await;
    assert!(answer.object.is_null());
    check_said(&answer.said, "error: Failed to create the parcel:", "");
}

#[tokio::test]
async fn a_creation_that_fails_late_leaves_what_exists() {
    let served = Served::start();
    let answer = served.session().await.create(PARCEL, &with_mishap(Mishap::FailsLate)).await;
    check_partial(&answer);
    check_said(&answer.said, "error: Failed to create the parcel:", "");
    assert_eq!(answer.private, b"{\"revision\":1}".as_slice());
}

#[tokio::test]
async fn a_creation_that_panics_leaves_what_exists_and_the_process_alive() {
    let served = Served::start();
    let mut session = served.session().await;
    let answer = session.create(PARCEL, &with_mishap(Mishap::PanicsLate)).await;
    check_partial(&answer);
    check_said(&answer.said, "error: Internal error in the provider:", "dropped the parcel");
    assert_eq!(created(&mut session).await.object.attribute("id"), &"parcel-2".into());
}

#[tokio::test]
async fn a_warning_arrives_with_the_result_and_with_an_error() {
    let served = Served::start();
    let mut session = served.session().await;
    let answer = session.create(PARCEL, &with_mishap(Mishap::Warns)).await;
    check_said(&answer.said, "warning: Heavy parcel:", "two to carry");
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
}

#[tokio::test]
async fn an_update_changes_and_remembers() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = created(&mut session).await;
    served.hall().notes();
    let answer = session.change(PARCEL, &prior, &with(config(), "grams", 1000_i64)).await;
    assert_eq!(answer.said, [] as [&str; 0]);
    assert_eq!(answer.object.attribute("grams"), &1000_i64.into());
    assert_eq!(answer.object.attribute("revision"), &2_i64.into());
    assert_eq!(served.hall().notes(), ["update Some(1) secrets hunter2"]);
    assert_eq!(answer.private, b"{\"revision\":2}".as_slice());
}

#[tokio::test]
async fn an_update_that_fails_early_keeps_the_very_prior_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = created(&mut session).await;
    let config = with(with_mishap(Mishap::FailsEarly), "grams", 1000_i64);
    let answer = session.change(PARCEL, &prior, &config).await;
    assert_eq!((answer.object, answer.private), (prior.object, prior.private));
    check_said(&answer.said, "error: Failed to update the parcel:", "");
}

#[tokio::test]
async fn an_update_that_fails_late_keeps_what_was_done() {
    let served = Served::start();
    for mishap in [Mishap::FailsLate, Mishap::PanicsLate] {
        let mut session = served.session().await;
        let prior = created(&mut session).await;
        let answer = session.change(PARCEL, &prior, &with(with_mishap(mishap), "grams", 1000_i64)).await;
        assert_eq!(answer.object.attribute("grams"), &1000_i64.into());
        assert_eq!(answer.object.attribute("id"), prior.object.attribute("id"));
        assert_eq!(answer.said.len(), 1, "{:?}", answer.said);
    }
}

#[tokio::test]
async fn a_removal_that_fails_keeps_the_very_prior_state() {
    let served = Served::start();
    for mishap in [Mishap::FailsEarly, Mishap::FailsLate, Mishap::PanicsLate] {
        let mut session = served.session().await;
        let prior = created(&mut session).await;
        let prior = Answer { object: with(prior.object, "mishap", mishap.as_str()), ..prior };
        let answer = session.change(PARCEL, &prior, &Dynamic::Null).await;
        assert_eq!((answer.object, answer.private), (prior.object, prior.private));
        assert_eq!(answer.said.len(), 1, "{:?}", answer.said);
    }
}

#[tokio::test]
async fn a_removal_of_what_is_gone_is_no_error() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = created(&mut session).await;
    for _ in 0..2 {
        let answer = session.change(PARCEL, &prior, &Dynamic::Null).await;
        assert_eq!((answer.object, answer.said), (Dynamic::Null, vec![]));
    }
    assert_eq!(served.hall().ids(), [] as [&str; 0]);
}

#[tokio::test]
async fn a_replacement_remembers_nothing_of_what_it_replaces() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = created(&mut session).await;
    let gone = session.change(PARCEL, &prior, &Dynamic::Null).await;
    // Terraform hands the private data of the old object on to the plan of the new one.
    let nothing = Answer { object: gone.object, private: prior.private, said: Vec::new() };
    let answer = session.change(PARCEL, &nothing, &config()).await;
    assert_eq!(answer.said, [] as [&str; 0]);
    assert_eq!(answer.private, b"{\"revision\":1}".as_slice());
}

#[tokio::test]
async fn without_a_configured_provider_nothing_is_done_and_nothing_lost() {
    let served = Served::start();
    let prior = created(&mut served.session().await).await;
    let mut session = served.connect().await;
    let answer = session.create(PARCEL, &config()).await;
    assert!(answer.object.is_null() && not_configured(&answer.said), "{:?}", answer.said);
    for config in [with(config(), "grams", 1_i64), Dynamic::Null] {
        let answer = session.change(PARCEL, &prior, &config).await;
        assert_eq!(answer.object, prior.object);
        assert!(not_configured(&answer.said), "{:?}", answer.said);
    }
}

#[tokio::test]
async fn private_data_that_is_not_ours_counts_as_none() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = Answer { private: Bytes::from_static(b"\x00not ours"), ..created(&mut session).await };
    served.hall().notes();
    let answer = session.change(PARCEL, &prior, &with(config(), "grams", 1000_i64)).await;
    assert_eq!(answer.said, [] as [&str; 0]);
    assert_eq!(served.hall().notes(), ["update None secrets hunter2"]);
}

#[tokio::test]
async fn an_apply_of_nothing_is_nothing() {
    let served = Served::start();
    let request = apply_resource_change::Request { type_name: PARCEL.into(), ..Default::default() };
    let answer = served.session().await.apply(request).await;
    assert_eq!((answer.object, answer.said), (Dynamic::Null, vec![]));
}
