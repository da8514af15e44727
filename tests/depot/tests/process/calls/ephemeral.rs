//! Ephemeral resources: opened, renewed, closed, and never stored.

use sparki_core::Dynamic;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::Bytes;
use tfplugin6::v6::deferred::Reason;
use tfplugin6::v6::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};

use super::abilities::DEFERS;
use super::session::{Served, Session, check_said, object, said, with};
use depot::KEY;

fn door() -> Dynamic {
    object([("door", "front".into())])
}

fn with_mishap(mishap: &str) -> Dynamic {
    with(door(), "mishap", mishap)
}

async fn validate(session: &mut Session, config: &Dynamic) -> Vec<String> {
    let schema = session.product().registry().ephemerals()[KEY].schema().clone();
    let request = validate_ephemeral_resource_config::Request {
        type_name: KEY.into(),
        config: Session::value(&schema, config),
    };
    let answer = session.client.validate_ephemeral_resource_config(request).await.unwrap().into_inner();
    said(&answer.diagnostics)
}

async fn open(session: &mut Session, config: &Dynamic) -> (Dynamic, open_ephemeral_resource::Response) {
    let schema = session.product().registry().ephemerals()[KEY].schema().clone();
    let request = open_ephemeral_resource::Request {
        type_name: KEY.into(),
        config: Session::value(&schema, config),
        client_capabilities: None,
    };
    let answer = session.client.open_ephemeral_resource(request).await.unwrap().into_inner();
    (dynamic_value::decode(answer.result.as_ref(), &schema.object.ty()).unwrap(), answer)
}

async fn renew(session: &mut Session, private: Option<Bytes>) -> renew_ephemeral_resource::Response {
    let request = renew_ephemeral_resource::Request { type_name: KEY.into(), private };
    session.client.renew_ephemeral_resource(request).await.unwrap().into_inner()
}

async fn close(session: &mut Session, private: Option<Bytes>) -> Vec<String> {
    let request = close_ephemeral_resource::Request { type_name: KEY.into(), private };
    said(&session.client.close_ephemeral_resource(request).await.unwrap().into_inner().diagnostics)
}

#[tokio::test]
async fn what_is_opened_is_renewed_and_closed_with_what_was_left_with_terraform() {
    let served = Served::start();
    let mut session = served.session().await;
    let (opened, answer) = open(&mut session, &door()).await;
    check_said(&said(&answer.diagnostics), "warning: Old door:", "creaks");
    assert_eq!(opened.attribute("code"), &"code of front".into());
    assert_eq!(opened.attribute("teeth"), &5_i64.into(), "the default");
    assert_eq!(answer.renew_at.unwrap().seconds, 2_000_000_000);
    let renewed = renew(&mut session, answer.private).await;
    assert_eq!((renewed.renew_at.unwrap().seconds, renewed.diagnostics.len()), (2_000_000_001, 0));
    let renewed = renew(&mut session, renewed.private).await;
    assert_eq!(close(&mut session, renewed.private).await, [] as [&str; 0]);
    let expected = ["open front", "renew front for the time 1", "renew front for the time 2", "close front"];
    assert_eq!(served.hall().notes(), expected);
}

#[tokio::test]
async fn opening_twice_opens_twice() {
    let served = Served::start();
    let mut session = served.session().await;
    let (first, one) = open(&mut session, &door()).await;
    let (second, other) = open(&mut session, &door()).await;
    assert_eq!(first, second);
    assert_eq!(close(&mut session, one.private).await, [] as [&str; 0]);
    assert_eq!(close(&mut session, other.private).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_cannot_be_opened_is_an_error() {
    let mut session = Served::start().session().await;
    let (opened, answer) = open(&mut session, &with_mishap("open")).await;
    assert!(opened.is_null());
    check_said(&said(&answer.diagnostics), "error: Failed to open the door:", "");
    let (_, answer) = open(&mut session, &with_mishap("panic")).await;
    check_said(&said(&answer.diagnostics), "error: Internal error in the provider:", "the key broke");
    assert_eq!(open(&mut session, &door()).await.0.attribute("door"), &"front".into());
}

#[tokio::test]
async fn what_opens_something_else_is_named_and_closed_before_terraform_forgets_it() {
    let served = Served::start();
    let mut session = served.session().await;
    let (_, answer) = open(&mut session, &with_mishap("another")).await;
    let found = said(&answer.diagnostics);
    assert!(
        found.iter().any(|one| one.starts_with("error at door: Provider opened something else:")),
        "{found:?}"
    );
    assert_eq!(served.hall().notes(), ["open front", "close front"]);
}

#[tokio::test]
async fn a_renewal_that_fails_can_still_be_closed() {
    let mut session = Served::start().session().await;
    let (_, answer) = open(&mut session, &with_mishap("renew")).await;
    let renewed = renew(&mut session, answer.private.clone()).await;
    check_said(&said(&renewed.diagnostics), "error: Failed to keep open the door:", "");
    assert_eq!(renewed.private, answer.private);
    assert_eq!(close(&mut session, renewed.private).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_close_that_fails_is_an_error_and_so_is_a_lease_that_is_none() {
    let mut session = Served::start().session().await;
    let (_, answer) = open(&mut session, &with_mishap("close")).await;
    check_said(&close(&mut session, answer.private).await, "error: Failed to close the door:", "");
    for private in [None, Some(Bytes::new()), Some(Bytes::from_static(b"not ours"))] {
        check_said(&close(&mut session, private.clone()).await, "error: Malformed private data:", "");
        let renewed = renew(&mut session, private).await;
        check_said(&said(&renewed.diagnostics), "error: Malformed private data:", "");
    }
}

#[tokio::test]
async fn a_block_is_checked_with_values_that_are_not_known() {
    let mut session = Served::start().connect().await;
    assert_eq!(validate(&mut session, &object([("door", Dynamic::unknown())])).await, [] as [&str; 0]);
    check_said(&validate(&mut session, &object([])).await, "error at door: Missing required attribute:", "");
    let teeth = with(door(), "teeth", 10_i64);
    check_said(&validate(&mut session, &teeth).await, "error at teeth: Invalid attribute value:", "");
    check_said(&validate(&mut session, &with(door(), "door", "wall")).await, "error at door: No door:", "");
    let code = with(door(), "code", "hunter2");
    check_said(&validate(&mut session, &code).await, "error at code: Read-only attribute:", "");
}

#[tokio::test]
async fn what_the_provider_cannot_open_yet_is_put_off_only_where_that_is_allowed() {
    let mut session = Served::start().connect().await;
    assert_eq!(session.configure(Dynamic::unknown()).await, [] as [&str; 0]);
    let (_, answer) = open(&mut session, &door()).await;
    assert_eq!(answer.deferred, None);
    check_said(&said(&answer.diagnostics), "error: Hall not known yet:", "");
    let schema = session.product().registry().ephemerals()[KEY].schema().clone();
    let request = open_ephemeral_resource::Request {
        type_name: KEY.into(),
        config: Session::value(&schema, &door()),
        client_capabilities: Some(DEFERS),
    };
    let answer = session.client.open_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(answer.deferred.unwrap().reason(), Reason::ProviderConfigUnknown);
    assert_eq!(answer.diagnostics, []);
}

/// What was noted since the last time, once as many doors were closed.
async fn when_closed(served: &Served, doors: u32) -> Vec<String> {
    let hall = served.hall();
    let _ = hall.closed.acquire_many(doors).await.unwrap();
    hall.notes()
}

#[tokio::test]
async fn what_terraform_leaves_open_is_closed_when_it_hangs_up() {
    let served = Served::start();
    let mut session = served.session().await;
    let (_, closed) = open(&mut session, &with(door(), "door", "back")).await;
    let (_, left) = open(&mut session, &door()).await;
    let left = renew(&mut session, left.private).await;
    assert!(left.private.is_some());
    assert_eq!(close(&mut session, closed.private).await, [] as [&str; 0]);
    served.hall().notes();
    drop(session);
    assert_eq!(when_closed(&served, 2).await, ["close front"], "once, and with the latest lease");
}

#[tokio::test]
async fn what_terraform_leaves_open_is_closed_at_the_end_of_the_process() {
    let served = Served::start();
    let mut session = served.session().await;
    open(&mut session, &door()).await;
    served.hall().notes();
    served.process.end.cancel();
    drop(session);
    assert_eq!(when_closed(&served, 1).await, ["close front"]);
}

#[tokio::test]
async fn one_that_does_not_close_leaves_the_others_their_time() {
    let served = Served::start();
    let mut session = served.session().await;
    open(&mut session, &with(with_mishap("stuck"), "door", "back")).await;
    open(&mut session, &door()).await;
    served.hall().notes();
    drop(session);
    let mut closed = when_closed(&served, 2).await;
    closed.sort();
    assert_eq!(closed, ["close back", "close front"]);
}

#[tokio::test]
async fn what_is_opened_after_terraform_has_hung_up_is_closed_again() {
    let served = Served::start();
    let mut session = served.session().await;
    open(&mut session, &with(door(), "door", "back")).await;
    let (hall, slow) = (served.hall(), with_mishap("slow"));
    tokio::select! {
        _ = open(&mut session, &slow) => panic!("nothing has let it go on"),
        permit = hall.waiting.acquire() => permit.unwrap().forget(),
    }
    hall.notes();
    drop(session);
    assert_eq!(when_closed(&served, 1).await, ["close back"]);
    hall.go_on.add_permits(1);
    assert_eq!(when_closed(&served, 2).await, ["close front"]);
}
