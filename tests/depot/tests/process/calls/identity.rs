//! What identifies an object: in every call, the same for as long as the object exists.

use sparki_core::Dynamic;
use tfplugin6::v6::{
    apply_resource_change, get_resource_identity_schemas, import_resource_state, plan_resource_change,
    read_resource, upgrade_resource_identity,
};

use super::abilities::stored;
use super::session::{Answer, Served, Session, check_said, nothing, object, said, with};
use depot::{BOX, PARCEL};

fn config() -> Dynamic {
    object([("name", "books".into())])
}

fn identity(id: &str, destination: &str) -> Dynamic {
    object([("id", id.into()), ("destination", destination.into())])
}

async fn applied(session: &mut Session, prior: &Answer, config: &Dynamic) -> (Answer, Dynamic) {
    let request = session.change_request(PARCEL, prior, config).await;
    let answer = session.client.apply_resource_change(request).await.unwrap().into_inner();
    let identity = session.read_identity(PARCEL, answer.new_identity.as_ref());
    let object = session.decode(PARCEL, answer.new_state.as_ref());
    (Answer { object, private: answer.private, said: said(&answer.diagnostics) }, identity)
}

async fn read(session: &mut Session, known: &Answer, identity: Option<&Dynamic>) -> (Dynamic, Vec<String>) {
    let request = read_resource::Request {
        type_name: PARCEL.into(),
        current_state: session.encode(PARCEL, &known.object),
        private: known.private.clone(),
        current_identity: identity.and_then(|identity| session.identity(PARCEL, identity)),
        ..Default::default()
    };
    let answer = session.client.read_resource(request).await.unwrap().into_inner();
    (session.read_identity(PARCEL, answer.new_identity.as_ref()), said(&answer.diagnostics))
}

async fn import(session: &mut Session, identity: &Dynamic) -> (Vec<(Dynamic, Dynamic)>, Vec<String>) {
    let request = import_resource_state::Request {
        type_name: PARCEL.into(),
        identity: session.identity(PARCEL, identity),
        ..Default::default()
    };
    let answer = session.client.import_resource_state(request).await.unwrap().into_inner();
    let imported = answer.imported_resources.iter().map(|it| {
        (session.decode(PARCEL, it.state.as_ref()), session.read_identity(PARCEL, it.identity.as_ref()))
    });
    (imported.collect(), said(&answer.diagnostics))
}

#[tokio::test]
async fn types_with_an_identity_say_what_it_is_made_of() {
    let mut client = Served::start().connect().await.client;
    let request = get_resource_identity_schemas::Request::default();
    let answer = client.get_resource_identity_schemas(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(answer.identity_schemas.keys().collect::<Vec<_>>(), [PARCEL]);
    let attributes = &answer.identity_schemas[PARCEL].identity_attributes;
    let shown: Vec<_> = attributes
        .iter()
        .map(|it| (it.name.as_str(), it.required_for_import, it.optional_for_import))
        .collect();
    assert_eq!(shown, [("id", true, false), ("destination", false, true)]);
}

#[tokio::test]
async fn a_plan_knows_of_the_identity_what_is_known_and_a_creation_all() {
    let served = Served::start();
    let mut session = served.session().await;
    let request = session.plan_request(PARCEL, &Dynamic::Null, &config());
    let planned = session.client.plan_resource_change(request).await.unwrap().into_inner();
    let planned = session.read_identity(PARCEL, planned.planned_identity.as_ref());
    assert!(planned.attribute("id").is_unknown());
    assert_eq!(planned.attribute("destination"), &"here".into());
    let (created, found) = applied(&mut session, &nothing(), &config()).await;
    assert_eq!((found, created.said.len()), (identity("parcel-1", "here"), 0));
}

#[tokio::test]
async fn an_update_keeps_the_identity_and_a_removal_has_none() {
    let served = Served::start();
    let mut session = served.session().await;
    let (created, found) = applied(&mut session, &nothing(), &config()).await;
    let renamed = with(config(), "name", "maps");
    let request = session.plan_request(PARCEL, &created.object, &renamed);
    let planned = session.client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(session.read_identity(PARCEL, planned.planned_identity.as_ref()), found);
    let (updated, after) = applied(&mut session, &created, &renamed).await;
    assert_eq!((after, updated.said.len()), (found, 0));
    let (removed, none) = applied(&mut session, &updated, &Dynamic::Null).await;
    assert_eq!((removed.object, none), (Dynamic::Null, Dynamic::Null));
}

#[tokio::test]
async fn a_read_fills_in_the_identity_of_an_object_that_has_none_yet() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &config()).await;
    assert_eq!(read(&mut session, &created, None).await, (identity("parcel-1", "here"), vec![]));
}

#[tokio::test]
async fn an_identity_that_changes_is_an_error() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &config()).await;
    let before = identity("parcel-1", "there");
    let (_, found) = read(&mut session, &created, Some(&before)).await;
    check_said(&found, "error: Identity changed:", "\"destination\"");
    // The same in an apply.
    let request = session.change_request(PARCEL, &created, &with(config(), "name", "maps")).await;
    let planned_identity = session.identity(PARCEL, &identity("parcel-9", "here"));
    let request = apply_resource_change::Request { planned_identity, ..request };
    let answer = session.client.apply_resource_change(request).await.unwrap().into_inner();
    check_said(&said(&answer.diagnostics), "error: Identity changed:", "\"id\"");
    let state = session.decode(PARCEL, answer.new_state.as_ref());
    assert_eq!(state.attribute("name"), &"maps".into(), "and nothing is lost");
}

#[tokio::test]
async fn an_object_that_is_gone_keeps_its_identity() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &config()).await;
    served.hall().remove("parcel-1");
    let before = identity("parcel-1", "here");
    assert_eq!(read(&mut session, &created, Some(&before)).await, (before, vec![]));
}

#[tokio::test]
async fn an_identity_is_imported_like_an_id() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &config()).await;
    for wanted in [identity("parcel-1", "here"), object([("id", "parcel-1".into())])] {
        let (imported, _) = import(&mut session, &wanted).await;
        assert_eq!(imported, [(created.object.clone(), identity("parcel-1", "here"))]);
    }
}

#[tokio::test]
async fn an_import_by_id_returns_the_identity_too() {
    let served = Served::start();
    let mut session = served.session().await;
    session.create(PARCEL, &config()).await;
    let request = import_resource_state::Request {
        type_name: PARCEL.into(),
        id: "parcel-1".into(),
        ..Default::default()
    };
    let answer = session.client.import_resource_state(request).await.unwrap().into_inner();
    let found = session.read_identity(PARCEL, answer.imported_resources[0].identity.as_ref());
    assert_eq!(found, identity("parcel-1", "here"));
}

#[tokio::test]
async fn an_identity_that_is_incomplete_or_of_another_object_is_refused() {
    let served = Served::start();
    let mut session = served.session().await;
    session.create(PARCEL, &config()).await;
    let (imported, found) = import(&mut session, &object([("destination", "here".into())])).await;
    assert_eq!(imported, []);
    check_said(&found, "error: Incomplete identity:", "\"id\"");
    let (_, found) = import(&mut session, &identity("parcel-1", "there")).await;
    check_said(&found[1..], "error: Identity changed:", "\"destination\"");
    let (imported, found) = import(&mut session, &identity("parcel-7", "here")).await;
    assert_eq!(imported, []);
    check_said(&found[1..], "error: Failed to find the parcel:", "");
}

#[tokio::test]
async fn a_failed_creation_says_what_identifies_the_part_that_exists() {
    let served = Served::start();
    let mut session = served.session().await;
    let broken = with(config(), "mishap", "fails_late");
    let (created, found) = applied(&mut session, &nothing(), &broken).await;
    assert_eq!((created.said.len(), found), (1, identity("parcel-1", "here")));
    let nothing_made = with(config(), "mishap", "fails_early");
    let (_, found) = applied(&mut session, &nothing(), &nothing_made).await;
    assert_eq!(found, Dynamic::Null);
}

async fn upgrade(type_name: &str, version: i64, json: &str) -> (Dynamic, Vec<String>) {
    let mut session = Served::start().connect().await;
    let request = upgrade_resource_identity::Request {
        type_name: type_name.into(),
        version,
        raw_identity: stored(json),
    };
    let answer = session.client.upgrade_resource_identity(request).await.unwrap().into_inner();
    (session.read_identity(PARCEL, answer.upgraded_identity.as_ref()), said(&answer.diagnostics))
}

#[tokio::test]
async fn a_stored_identity_of_any_version_is_brought_up_to_date() {
    let now = r#"{"id":"parcel-1","destination":"here"}"#;
    assert_eq!(upgrade(PARCEL, 1, now).await, (identity("parcel-1", "here"), vec![]));
    let first = r#"{"number":1}"#;
    assert_eq!(
        upgrade(PARCEL, 0, first).await,
        (object([("id", "parcel-1".into()), ("destination", Dynamic::Null)]), vec![])
    );
}

#[tokio::test]
async fn an_identity_that_cannot_be_read_is_refused_with_what_to_do() {
    let (_, found) = upgrade(PARCEL, 2, "{}").await;
    check_said(&found, "error: Identity cannot be read:", "newer version of the provider");
    let (_, found) = upgrade(PARCEL, 1, "nonsense").await;
    check_said(&found, "error: Identity cannot be read:", "no JSON");
    let (_, found) = upgrade(PARCEL, 1, r#"{"id":{}}"#).await;
    check_said(&found, "error: Identity cannot be read:", "does not fit");
    let (_, found) = upgrade(BOX, 0, "{}").await;
    check_said(&found, "error: Identity cannot be read:", "no identity");
}

#[tokio::test]
async fn an_identity_that_a_plan_would_change_is_an_error() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &config()).await;
    let request = plan_resource_change::Request {
        prior_identity: session.identity(PARCEL, &identity("parcel-1", "there")),
        ..session.plan_request(PARCEL, &created.object, &with(config(), "name", "maps"))
    };
    let planned = session.client.plan_resource_change(request.clone()).await.unwrap().into_inner();
    check_said(&said(&planned.diagnostics), "error: Identity changed:", "\"destination\"");
    // Another object may have another one.
    let elsewhere = with(config(), "destination", "elsewhere");
    let request = session.plan_request(PARCEL, &created.object, &elsewhere);
    let planned = session.client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!((planned.diagnostics, planned.requires_replace.len()), (vec![], 1));
}

#[tokio::test]
async fn a_panic_while_the_object_is_identified_loses_no_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let (created, _) = applied(&mut session, &nothing(), &with(config(), "name", "anonymous")).await;
    check_said(&created.said, "error: Internal error in the provider:", "nobody knows whose parcel it is");
    assert_eq!(created.object.attribute("id"), &"parcel-1".into());
    assert_eq!(served.open_creations(), 0, "it is in the state");
}

#[tokio::test]
async fn a_part_of_an_identity_that_says_nothing_is_missing() {
    let mut session = Served::start().session().await;
    for id in [Dynamic::unknown(), "".into()] {
        let (imported, found) = import(&mut session, &object([("id", id)])).await;
        assert_eq!(imported, []);
        check_said(&found, "error: Incomplete identity:", "\"id\"");
    }
}
