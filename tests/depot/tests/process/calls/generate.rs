//! GenerateResourceConfig: configuration for what exists already.

use sparki_core::{Dynamic, Path};
use tfplugin6::v6::generate_resource_config;

use super::session::{Answer, Served, Session, object, said, with};
use depot::{BOX, PARCEL};

async fn generate(session: &mut Session, type_name: &str, state: &Dynamic) -> (Dynamic, Vec<String>) {
    let request = generate_resource_config::Request {
        type_name: type_name.into(),
        state: session.encode(type_name, state),
    };
    let answer = session.client.generate_resource_config(request).await.unwrap().into_inner();
    (session.decode(type_name, answer.config.as_ref()), said(&answer.diagnostics))
}

async fn created(session: &mut Session) -> Answer {
    let config = object([
        ("name", "books".into()),
        ("destination", "there".into()),
        ("labels", Dynamic::Map([("a".to_owned(), "b".into())].into())),
        (
            "items",
            Dynamic::List(vec![object([
                ("kind", "book".into()),
                ("serial", Dynamic::Null),
                ("word_wo", "sesame".into()),
            ])]),
        ),
        ("stamps", Dynamic::set(vec![object([("motif", "bird".into()), ("cents", Dynamic::Null)])])),
        ("code_wo", "hunter2".into()),
    ]);
    let created = session.create(PARCEL, &config).await;
    assert_eq!(created.said, [] as [&str; 0]);
    created
}

#[tokio::test]
async fn the_configuration_says_what_it_must_and_no_more() {
    let mut session = Served::start().session().await;
    let state = created(&mut session).await.object;
    let (config, found) = generate(&mut session, PARCEL, &state).await;
    assert_eq!(found, [] as [&str; 0]);
    for computed in ["id", "revision"] {
        assert!(config.attribute(computed).is_null(), "{computed} is not for configuration");
    }
    assert!(config.attribute("sealed").is_null(), "it has its default");
    assert!(config.attribute("timeouts").is_null());
    assert_eq!(config.attribute("destination"), &"there".into());
    let serial = config.at(&Path::attribute("items").index(0).then("serial"));
    assert_eq!(serial, Some(&Dynamic::Null), "what is computed inside is left out too");
    let stamp = object([("motif", "bird".into()), ("cents", Dynamic::Null)]);
    assert_eq!(config.attribute("stamps"), &Dynamic::set(vec![stamp]), "and so are defaults inside");
}

#[tokio::test]
async fn the_configuration_changes_nothing() {
    let mut session = Served::start().session().await;
    let state = created(&mut session).await.object;
    let (config, _) = generate(&mut session, PARCEL, &state).await;
    let planned = session.plan(PARCEL, &state, &config).await;
    assert_eq!((planned.object, planned.said.len()), (state, 0));
}

#[tokio::test]
async fn what_is_deprecated_stays_where_leaving_it_out_would_change_the_object() {
    let mut session = Served::start().session().await;
    let state = object([("id", "parcel-1".into()), ("label", "books".into()), ("kilograms", 2_i64.into())]);
    let (config, _) = generate(&mut session, BOX, &state).await;
    assert_eq!(
        config,
        object([
            ("id", Dynamic::Null),
            ("label", "books".into()),
            ("grams", Dynamic::Null),
            ("kilograms", 2_i64.into())
        ])
    );
}

#[tokio::test]
async fn nothing_has_no_configuration() {
    let mut session = Served::start().connect().await;
    assert_eq!(generate(&mut session, PARCEL, &Dynamic::Null).await, (Dynamic::Null, vec![]));
    let secret = with(object([("name", "books".into())]), "code_wo", "hunter2");
    let (config, _) = generate(&mut session, PARCEL, &secret).await;
    assert!(config.attribute("code_wo").is_null());
}
