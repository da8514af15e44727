//! StopProvider, and requests that nobody waits for any more.

use std::future::Future;

use sparki_core::Dynamic;
use tfplugin6::v6::stop_provider;

use super::session::{Answer, Served, Session, check_said, object, with};
use depot::{Mishap, PARCEL};

fn slow() -> Dynamic {
    object([("name", "books".into()), ("mishap", Mishap::Slow.as_str().into())])
}

/// Stops the provider when a slow operation waits.
async fn stopped<T>(served: &Served, session: &Session, operation: impl Future<Output = T>) -> T {
    let mut stopping = session.client.clone();
    let hall = served.hall();
    let stop = async {
        hall.waiting.acquire().await.unwrap().forget();
        stopping.stop_provider(stop_provider::Request {}).await.unwrap();
    };
    tokio::join!(operation, stop).0
}

async fn created(session: &mut Session) -> Answer {
    let created = session.create(PARCEL, &object([("name", "books".into())])).await;
    assert_eq!(created.said, [] as [&str; 0]);
    Answer { object: with(created.object, "mishap", Mishap::Slow.as_str()), ..created }
}

#[tokio::test]
async fn a_stopped_creation_tells_what_exists_and_later_calls_are_as_ever() {
    let served = Served::start();
    let session = served.session().await;
    let answer = stopped(&served, &session, session.clone().create(PARCEL, &slow())).await;
    assert_eq!(answer.object.attribute("id"), &"parcel-1".into());
    check_said(&answer.said, "error: Stopped to create the parcel:", "");
    let later = session.clone().create(PARCEL, &with(slow(), "mishap", Dynamic::Null)).await;
    assert_eq!((later.object.attribute("id"), later.said.len()), (&"parcel-2".into(), 0));
}

#[tokio::test]
async fn a_stopped_read_keeps_the_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    let answer = stopped(&served, &session.clone(), session.read(PARCEL, &known)).await;
    assert_eq!(answer.object, known.object);
    check_said(&answer.said, "error: Stopped to read the parcel:", "");
}

#[tokio::test]
async fn a_stopped_removal_keeps_the_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let known = created(&mut session).await;
    let answer = stopped(&served, &session.clone(), session.change(PARCEL, &known, &Dynamic::Null)).await;
    assert_eq!(answer.object, known.object);
    assert_eq!(served.hall().ids(), ["parcel-1"]);
}

#[tokio::test]
async fn a_stop_of_one_connection_is_none_of_another_ones_business() {
    let served = Served::start();
    let (stopping, mut other) = (served.session().await, served.session().await);
    let hall = served.hall();
    let config = slow();
    let creation = other.create(PARCEL, &config);
    let stop = async {
        hall.waiting.acquire().await.unwrap().forget();
        stopping.client.clone().stop_provider(stop_provider::Request {}).await.unwrap();
        hall.go_on.add_permits(1);
    };
    assert_eq!(tokio::join!(creation, stop).0.said, [] as [&str; 0]);
}

#[tokio::test]
async fn a_request_that_is_dropped_cancels_nothing() {
    let served = Served::start();
    let mut session = served.session().await;
    let hall = served.hall();
    let config = slow();
    tokio::select! {
        _ = session.create(PARCEL, &config) => panic!("nobody let it go on"),
        waiting = hall.waiting.acquire() => waiting.unwrap().forget(),
    }
    // A round trip, after which the server knows that the request was dropped.
    session.plan(PARCEL, &Dynamic::Null, &slow()).await;
    hall.go_on.add_permits(1);
    hall.went_on.acquire().await.unwrap().forget();
    assert!(hall.notes().contains(&"went on to create the parcel".to_owned()));
    // The connection may go as well.
    let mut session = served.session().await;
    let config = slow();
    tokio::select! {
        _ = session.create(PARCEL, &config) => panic!("nobody let it go on"),
        waiting = hall.waiting.acquire() => waiting.unwrap().forget(),
    }
    drop(session);
    hall.go_on.add_permits(1);
    hall.went_on.acquire().await.unwrap().forget();
    served.process.operations.close();
    served.process.operations.wait().await;
    assert_eq!(served.open_creations(), 0, "it came to its end");
}
