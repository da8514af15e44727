//! PlanResourceChange, where the remote is asked about the plan.

use sparki_core::Dynamic;

use super::session::{Served, Session, check_said, object, with};
use depot::PARCEL;

fn to(destination: &str) -> Dynamic {
    object([("name", "books".into()), ("destination", destination.into())])
}

/// What is said of a plan to make a parcel that goes there.
async fn said_of(session: &mut Session, destination: &str) -> Vec<String> {
    session.plan(PARCEL, &Dynamic::Null, &to(destination)).await.said
}

#[tokio::test]
async fn what_the_remote_would_refuse_is_an_error_of_the_plan() {
    let served = Served::start();
    let said = said_of(&mut served.session().await, "nowhere").await;
    check_said(&said, "error at destination: Unknown destination:", "No road");
}

#[tokio::test]
async fn a_plan_that_cannot_be_checked_is_a_warning_and_one_that_need_not_be_is_none() {
    let served = Served::start();
    let mut session = served.session().await;
    check_said(
        &said_of(&mut session, "fog").await,
        "warning: Plan not checked:",
        "may be refused when it is applied: failed to see the road",
    );
    assert_eq!(said_of(&mut session, "silence").await, [] as [&str; 0]);
    // Without a remote nobody can be asked.
    assert_eq!(said_of(&mut served.connect().await, "nowhere").await, [] as [&str; 0]);
}

#[tokio::test]
async fn only_changes_are_checked_and_a_replacement_as_what_is_to_come() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = with(session.create(PARCEL, &to("here")).await.object, "destination", "fog");
    assert_eq!(session.plan(PARCEL, &created, &to("fog")).await.said, [] as [&str; 0]);
    let change = session.plan(PARCEL, &created, &with(to("fog"), "grams", 7_i64)).await;
    check_said(&change.said, "warning: Plan not checked:", "failed to see the road");
    assert_eq!(session.plan(PARCEL, &created, &to("nowhere")).await.said, [] as [&str; 0]);
    check_said(&said_of(&mut session, "nowhere").await, "error at destination: Unknown destination:", "");
}
