//! ReadResource and ReadDataSource.

use sparki_core::Dynamic;

use super::session::{Answer, Served, Session, check_said, not_configured, object, with};
use depot::{Mishap, PARCEL};

async fn created(session: &mut Session) -> Answer {
    let created = session.create(PARCEL, &object([("name", "books".into()), ("grams", 9_i64.into())])).await;
    assert_eq!(created.said, [] as [&str; 0]);
    created
}

fn with_mishap(known: &Answer, mishap: Mishap) -> Answer {
    Answer { object: with(known.object.clone(), "mishap", mishap.as_str()), ..known.clone() }
}

#[tokio::test]
async fn what_did_not_change_reads_the_same() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    assert_eq!(session.read(PARCEL, &known).await, known);
}

#[tokio::test]
async fn drift_is_seen() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    served.hall().change("parcel-1", with(known.object.clone(), "grams", 10_i64));
    let read = session.read(PARCEL, &known).await;
    assert_eq!((read.object.attribute("grams"), read.said.len()), (&10_i64.into(), 0));
}

#[tokio::test]
async fn what_is_gone_reads_as_nothing_and_without_an_error() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    served.hall().remove("parcel-1");
    let read = session.read(PARCEL, &known).await;
    assert_eq!((read.object, read.said), (Dynamic::Null, vec![]));
}

#[tokio::test]
async fn a_read_that_fails_keeps_the_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    for mishap in [Mishap::FailsEarly, Mishap::FailsLate, Mishap::PanicsLate] {
        let known = with_mishap(&known, mishap);
        let read = session.read(PARCEL, &known).await;
        assert_eq!((read.object, read.private), (known.object, known.private));
        assert_eq!(read.said.len(), 1, "{:?}", read.said);
    }
}

#[tokio::test]
async fn a_read_without_a_configured_provider_keeps_the_state() {
    let served = Served::start();
    let known = created(&mut served.session().await).await;
    let read = served.connect().await.read(PARCEL, &known).await;
    assert_eq!(read.object, known.object);
    assert!(not_configured(&read.said), "{:?}", read.said);
}

#[tokio::test]
async fn a_read_may_warn() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    let read = session.read(PARCEL, &with_mishap(&known, Mishap::Warns)).await;
    check_said(&read.said, "warning: Heavy parcel:", "");
}

#[tokio::test]
async fn a_data_source_finds_and_says_everything() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    served.hall().change("parcel-1", with(known.object, "mishap", Mishap::Warns.as_str()));
    let found = session.look_up(PARCEL, "parcel-1").await;
    assert_eq!(found.object.attribute("grams"), &9_i64.into());
    let [import] = found.said.as_slice() else { panic!("one warning: {:?}", found.said) };
    assert!(import.starts_with("warning at id: Old label:"), "{import}");
}

#[tokio::test]
async fn a_data_source_that_finds_nothing_says_so() {
    let served = Served::start();
    let found = served.session().await.look_up(PARCEL, "parcel-9").await;
    assert!(found.object.is_null());
    assert!(
        found.said.iter().any(|said| said.starts_with("error at id: Failed to find the parcel:")),
        "{found:?}"
    );
}
