//! PlanAction, InvokeAction and ValidateActionConfig.

use sparki_core::Dynamic;
use tfplugin_server::Product;
use tfplugin6::v6::{plan_action, stop_provider, validate_action_config};

use super::session::{Served, Session, check_said, object, said, with};
use depot::SHIP;

fn parcel() -> Dynamic {
    object([("parcel_id", "parcel-1".into())])
}

#[tokio::test]
async fn an_action_tells_how_it_goes_on_and_that_it_is_over() {
    let served = Served::start();
    let mut session = served.session().await;
    let (told, over) = session.invoke(SHIP, &parcel()).await;
    assert_eq!(told, ["parcel-1 reached stage 1.", "parcel-1 reached stage 2."]);
    check_said(&over, "warning: Bumpy road:", "");
    assert_eq!(served.hall().notes(), ["stage 1", "stage 2"]);
}

#[tokio::test]
async fn an_action_that_fails_or_panics_says_so_at_its_end() {
    let served = Served::start();
    let mut session = served.session().await;
    let (told, over) = session.invoke(SHIP, &with(parcel(), "mishap", "fails")).await;
    assert_eq!(told.len(), 1);
    check_said(&over, "error: Failed to ship the parcel:", "");
    let (told, over) = session.invoke(SHIP, &with(parcel(), "mishap", "panics")).await;
    assert_eq!(told.len(), 1);
    check_said(&over, "error: Internal error in the provider:", "dropped the parcel");
}

#[tokio::test]
async fn a_thousand_messages_all_arrive() {
    let mut session = Served::start().session().await;
    let (told, _) = session.invoke(SHIP, &with(parcel(), "stages", 1000_i64)).await;
    assert_eq!(told.len(), 1000);
}

#[tokio::test]
async fn a_stopped_action_ends() {
    let served = Served::start();
    let mut session = served.session().await;
    let mut stopping = session.client.clone();
    let hall = served.hall();
    let stop = async {
        hall.waiting.acquire().await.unwrap().forget();
        stopping.stop_provider(stop_provider::Request {}).await.unwrap();
    };
    let slow = with(parcel(), "mishap", "slow");
    let ((_, over), ()) = tokio::join!(session.invoke(SHIP, &slow), stop);
    check_said(&over, "error: Stopped to ship the parcel:", "");
}

#[tokio::test]
async fn a_host_that_hangs_up_does_not_stop_an_action() {
    let served = Served::start();
    let mut session = served.session().await;
    let schema = session.product().registry().actions()[SHIP].schema().clone();
    let request = tfplugin6::v6::invoke_action::Request {
        action_type: SHIP.into(),
        config: Session::value(&schema, &with(parcel(), "stages", 100_i64)),
        ..Default::default()
    };
    drop(session.client.invoke_action(request).await.unwrap());
    while !served.process.operations.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(served.hall().notes().len(), 100);
}

#[tokio::test]
async fn an_action_is_checked_before_it_is_done() {
    let mut session = Served::start().session().await;
    let schema = session.product().registry().actions()[SHIP].schema().clone();
    let mut validate = async |config: Dynamic| {
        let request = validate_action_config::Request {
            type_name: SHIP.into(),
            config: Session::value(&schema, &config),
        };
        said(&session.client.validate_action_config(request).await.unwrap().into_inner().diagnostics)
    };
    assert_eq!(validate(object([("parcel_id", Dynamic::unknown())])).await, [] as [&str; 0]);
    check_said(&validate(object([])).await, "error at parcel_id: Missing required attribute:", "");
    check_said(
        &validate(object([("parcel_id", "box".into())])).await,
        "error at parcel_id: Invalid attribute value:",
        "",
    );
    let bold = with(with(parcel(), "stages", 101_i64), "mishap", "fails");
    check_said(&validate(bold).await, "error: Bold plan:", "");
}

#[tokio::test]
async fn a_plan_says_what_speaks_against_an_action() {
    let served = Served::start();
    let mut session = served.session().await;
    let schema = session.product().registry().actions()[SHIP].schema().clone();
    let mut plan = async |config: Dynamic| {
        let request = plan_action::Request {
            action_type: SHIP.into(),
            config: Session::value(&schema, &config),
            ..Default::default()
        };
        let answer = session.client.plan_action(request).await.unwrap().into_inner();
        assert_eq!(answer.deferred, None);
        said(&answer.diagnostics)
    };
    assert_eq!(plan(parcel()).await, [] as [&str; 0]);
    assert_eq!(plan(object([("parcel_id", Dynamic::unknown())])).await, [] as [&str; 0]);
    check_said(
        &plan(object([("parcel_id", "parcel-0".into())])).await,
        "error at parcel_id: No such parcel:",
        "",
    );
    assert_eq!(served.hall().notes(), [] as [&str; 0], "a plan does nothing");
}

#[tokio::test]
async fn what_can_never_be_done_is_said_in_the_plan() {
    let mut session = Served::start().connect().await;
    assert_eq!(session.configure("closed").await, [] as [&str; 0]);
    let schema = session.product().registry().actions()[SHIP].schema().clone();
    let request = plan_action::Request {
        action_type: SHIP.into(),
        config: Session::value(&schema, &parcel()),
        ..Default::default()
    };
    let answer = session.client.plan_action(request).await.unwrap().into_inner();
    check_said(&said(&answer.diagnostics), "error: Hall is closed:", "");
}
