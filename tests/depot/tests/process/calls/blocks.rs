//! Blocks: empty and never null, counted as they are written, and computed only where the host knows that.

use sparki_core::Dynamic;
use tfplugin6::v6::schema::NestedBlock;
use tfplugin6::v6::schema::nested_block::NestingMode;
use tfplugin6::v6::{ClientCapabilities, get_provider_schema, plan_resource_change, read_resource};

use super::session::{Answer, Served, Session, check_said, object, said, with};
use depot::ROUTE;

const KNOWS_COMPUTED_BLOCKS: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: true,
    computed_blocks_allowed: true,
};

fn stop(town: &str) -> Dynamic {
    let nothing = Dynamic::List(vec![]);
    object([
        ("town", town.into()),
        ("minutes", Dynamic::Null),
        ("expected", Dynamic::Null),
        ("task", nothing),
    ])
}

/// As Terraform sends it: what is not there is empty.
fn config(stops: Vec<Dynamic>) -> Dynamic {
    object([
        ("name", "north".into()),
        ("stop", Dynamic::List(stops)),
        ("toll", Dynamic::set(vec![])),
        ("driver", Dynamic::Map(Default::default())),
        ("leg", Dynamic::List(vec![])),
    ])
}

fn full() -> Dynamic {
    let toll = object([("road", "A1".into()), ("cents", Dynamic::Null)]);
    let driver = object([("name", "Ada".into())]);
    let config = with(config(vec![stop("Bern"), stop("Chur")]), "toll", Dynamic::set(vec![toll]));
    let config = with(config, "driver", Dynamic::Map([("day".to_owned(), driver)].into()));
    with(config, "vehicle", object([("kind", "van".into())]))
}

async fn plan(
    session: &mut Session,
    prior: &Dynamic,
    config: &Dynamic,
    host: Option<ClientCapabilities>,
) -> (Dynamic, Vec<String>) {
    let request = plan_resource_change::Request {
        client_capabilities: host,
        ..session.plan_request(ROUTE, prior, config)
    };
    let planned = session.ask_plan(request).await;
    (planned.object, planned.said)
}

async fn created(session: &mut Session, config: &Dynamic, host: Option<ClientCapabilities>) -> Answer {
    let (planned, found) = plan(session, &Dynamic::Null, config, host).await;
    assert_eq!(found, [] as [&str; 0]);
    let request = tfplugin6::v6::apply_resource_change::Request {
        type_name: ROUTE.into(),
        prior_state: session.encode(ROUTE, &Dynamic::Null),
        planned_state: session.encode(ROUTE, &planned),
        config: session.encode(ROUTE, config),
        ..Default::default()
    };
    let created = session.apply(request).await;
    assert_eq!(created.said, [] as [&str; 0]);
    created
}

fn count(value: &Dynamic) -> usize {
    let Dynamic::List(elements) = value else { panic!("no list: {value:?}") };
    elements.len()
}

#[tokio::test]
async fn blocks_are_declared_as_terraform_wants_them() {
    let mut client = Served::start().connect().await.client;
    let answer =
        client.get_provider_schema(get_provider_schema::Request::default()).await.unwrap().into_inner();
    let route = answer.resource_schemas[ROUTE].block.as_ref().unwrap();
    let names: Vec<_> = route.attributes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["id", "name"], "a block is no attribute");
    let shape = |block: &NestedBlock| {
        let computed = block.block.as_ref().unwrap().computed;
        (block.type_name.clone(), block.nesting(), block.min_items, block.max_items, computed)
    };
    let shapes: Vec<_> = route.block_types.iter().map(shape).collect();
    let expected = [
        ("stop".to_owned(), NestingMode::List, 1, 0, false),
        ("toll".to_owned(), NestingMode::Set, 0, 0, false),
        ("driver".to_owned(), NestingMode::Map, 0, 0, false),
        ("vehicle".to_owned(), NestingMode::Single, 0, 0, false),
        ("leg".to_owned(), NestingMode::List, 0, 0, true),
    ];
    assert_eq!(shapes, expected);
    let stop = route.block_types[0].block.as_ref().unwrap();
    assert_eq!((stop.attributes.len(), stop.block_types[0].type_name.as_str()), (3, "task"));
}

#[tokio::test]
async fn blocks_that_are_not_there_are_empty_and_never_null() {
    let mut session = Served::start().session().await;
    let created = created(&mut session, &config(vec![stop("Bern")]), None).await.object;
    assert_eq!(created.attribute("toll"), &Dynamic::set(vec![]));
    assert_eq!(created.attribute("driver"), &Dynamic::Map(Default::default()));
    assert!(created.attribute("vehicle").is_null(), "there is at most one");
    // A state of an earlier version may lack them altogether.
    let stored = tfplugin6::v6::RawState {
        json: br#"{"id":"parcel-1","name":"north","stop":[{"town":"Bern"}]}"#.as_slice().into(),
        ..Default::default()
    };
    let upgraded = session.upgrade(ROUTE, 0, Some(stored)).await;
    assert_eq!((upgraded.object.attribute("toll"), upgraded.said.len()), (&Dynamic::set(vec![]), 0));
    let Dynamic::List(stops) = upgraded.object.attribute("stop") else { panic!("no list") };
    assert_eq!(stops[0].attribute("task"), &Dynamic::List(vec![]));
}

#[tokio::test]
async fn every_kind_of_block_is_planned_applied_and_then_left_alone() {
    for host in [None, Some(KNOWS_COMPUTED_BLOCKS)] {
        let mut session = Served::start().session().await;
        let created = created(&mut session, &full(), host).await;
        let state = created.object;
        assert_eq!(count(state.attribute("stop")), 2);
        let toll = object([("road", "A1".into()), ("cents", 1_i64.into())]);
        assert_eq!(state.attribute("toll"), &Dynamic::set(vec![toll]), "with its default");
        assert_eq!(plan(&mut session, &state, &full(), host).await, (state, vec![]));
    }
}

#[tokio::test]
async fn a_computed_block_is_planned_unknown_where_the_host_knows_it() {
    let mut session = Served::start().session().await;
    let host = Some(KNOWS_COMPUTED_BLOCKS);
    let (planned, found) = plan(&mut session, &Dynamic::Null, &full(), host).await;
    assert_eq!(found, [] as [&str; 0]);
    assert!(planned.attribute("leg").is_unknown());
    let state = created(&mut session, &full(), host).await.object;
    assert_eq!(count(state.attribute("leg")), 2);
    assert_eq!(plan(&mut session, &state, &full(), host).await, (state, vec![]));
}

#[tokio::test]
async fn a_computed_block_is_never_there_for_a_host_that_does_not_know_it() {
    let mut session = Served::start().session().await;
    let known = created(&mut session, &full(), None).await;
    assert_eq!(count(known.object.attribute("leg")), 0);
    // The remote has them, and a read does not bring them in.
    let read = session.read(ROUTE, &known).await;
    assert_eq!((read.object, read.said), (known.object.clone(), vec![]));
    // A host that has been upgraded since sees them.
    let request = read_resource::Request {
        type_name: ROUTE.into(),
        current_state: session.encode(ROUTE, &known.object),
        client_capabilities: Some(KNOWS_COMPUTED_BLOCKS),
        ..Default::default()
    };
    let read = session.client.read_resource(request).await.unwrap().into_inner();
    assert_eq!(count(session.decode(ROUTE, read.new_state.as_ref()).attribute("leg")), 2);
}

#[tokio::test]
async fn a_computed_block_that_is_written_is_taken_as_it_is_written() {
    for host in [None, Some(KNOWS_COMPUTED_BLOCKS)] {
        let mut session = Served::start().session().await;
        let written = with(full(), "leg", Dynamic::List(vec![object([("kilometres", 9_i64.into())])]));
        let state = created(&mut session, &written, host).await.object;
        assert_eq!(state.attribute("leg"), written.attribute("leg"));
        assert_eq!(plan(&mut session, &state, &written, host).await, (state, vec![]));
    }
}

#[tokio::test]
async fn a_dynamic_block_that_is_not_known_stays_as_it_is() {
    let mut session = Served::start().session().await;
    let unknown = with(full(), "stop", Dynamic::unknown());
    let (planned, found) = plan(&mut session, &Dynamic::Null, &unknown, None).await;
    assert_eq!(found, [] as [&str; 0]);
    assert_eq!(planned.attribute("stop"), &Dynamic::unknown());
}

#[tokio::test]
async fn a_block_that_is_missing_is_named() {
    let mut session = Served::start().session().await;
    let found = session.validate(ROUTE, &config(vec![]), ClientCapabilities::default()).await;
    check_said(&found, "error at stop: Missing required block:", "Add one");
    let found = session
        .validate(
            ROUTE,
            &config(vec![object([("task", Dynamic::List(vec![]))])]),
            ClientCapabilities::default(),
        )
        .await;
    check_said(&found, "error at stop[0]: Missing required attribute:", "stop[0].town");
    assert_eq!(said(&[]), [] as [&str; 0]);
}
