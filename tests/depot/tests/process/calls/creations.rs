//! Creations are remembered until their end is known, so that none is done twice.

use sparki_core::Dynamic;

use super::session::{Served, Session, object, with};
use depot::{Mishap, PARCEL};

fn config() -> Dynamic {
    object([("name", "books".into())])
}

/// Creates a parcel and returns the key under which it was created.
async fn create(served: &Served, session: &mut Session, mishap: Option<Mishap>) -> String {
    let config = with(config(), "mishap", mishap.map_or(Dynamic::Null, |mishap| mishap.as_str().into()));
    served.hall().notes();
    session.create(PARCEL, &config).await;
    let notes = served.hall().notes();
    notes[0].strip_prefix("create ").expect("the first thing that is done").to_owned()
}

#[tokio::test]
async fn a_creation_is_remembered_while_it_runs_and_forgotten_when_it_is_done() {
    let served = Served::start();
    let mut session = served.session().await;
    let hall = served.hall();
    let look = async {
        hall.waiting.acquire().await.unwrap().forget();
        let open = served.open_creations();
        hall.go_on.add_permits(1);
        open
    };
    let (first, open) = tokio::join!(create(&served, &mut session, Some(Mishap::Slow)), look);
    assert_eq!((open, served.open_creations()), (1, 0));
    assert_ne!(create(&served, &mut session, None).await, first);
}

#[tokio::test]
async fn a_creation_that_certainly_failed_is_forgotten() {
    let served = Served::start();
    let mut session = served.session().await;
    let first = create(&served, &mut session, Some(Mishap::FailsEarly)).await;
    assert_eq!(served.open_creations(), 0);
    assert_ne!(create(&served, &mut session, None).await, first);
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_taken_up_again() {
    let served = Served::start();
    let mut session = served.session().await;
    let first = create(&served, &mut session, Some(Mishap::AnswerLost)).await;
    assert_eq!(served.open_creations(), 1);
    assert_eq!(create(&served, &mut session, None).await, first);
    assert_eq!(served.open_creations(), 0);
}

#[tokio::test]
async fn what_is_in_the_state_is_not_taken_up_again() {
    let served = Served::start();
    let mut session = served.session().await;
    for mishap in [Mishap::AnswerLostLate, Mishap::FailsLate, Mishap::PanicsLate] {
        // Terraform replaces it, and the new one must not be the old one.
        let first = create(&served, &mut session, Some(mishap)).await;
        assert_eq!(served.open_creations(), 0, "{mishap}");
        assert_ne!(create(&served, &mut session, None).await, first);
    }
}

#[tokio::test]
async fn two_creations_alike_are_two() {
    let served = Served::start();
    let (mut one, mut other) = (served.session().await, served.session().await);
    let hall = served.hall();
    let config = with(config(), "mishap", Mishap::Slow.as_str());
    let both_run = async {
        hall.waiting.acquire_many(2).await.unwrap().forget();
        assert_eq!(served.open_creations(), 2);
        hall.go_on.add_permits(2);
    };
    tokio::join!(one.create(PARCEL, &config), other.create(PARCEL, &config), both_run);
    let notes = hall.notes();
    let keys: std::collections::BTreeSet<_> =
        notes.iter().filter(|note| note.starts_with("create ")).collect();
    assert_eq!((keys.len(), served.open_creations()), (2, 0));
}
