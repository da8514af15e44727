//! Values as they come over the wire, good and bad.

use sparki_core::Dynamic;
use tfplugin6::v6::{
    DynamicValue, apply_resource_change, configure_provider, plan_resource_change, read_data_source,
    read_resource, validate_data_resource_config, validate_provider_config, validate_resource_config,
};

use super::session::{Served, Session, check_said, object, said};
use depot::PARCEL;

fn msgpack(bytes: impl Into<Vec<u8>>) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: bytes.into().into(), ..DynamicValue::default() })
}

fn json(text: &str) -> Option<DynamicValue> {
    Some(DynamicValue { json: text.to_owned().into(), ..DynamicValue::default() })
}

fn config() -> Dynamic {
    object([("name", "books".into())])
}

/// Bytes that are no object of the type, for one reason or another.
fn garbage(session: &Session) -> Vec<Vec<u8>> {
    let good = session.encode(PARCEL, &config()).unwrap().msgpack;
    let mut found = vec![
        b"\xc1".to_vec(),
        b"nonsense".to_vec(),
        // The most elements, pairs, bytes of text, of a binary and of an extension, and none of them there.
        b"\xdd\xff\xff\xff\xff".to_vec(),
        b"\xdf\xff\xff\xff\xff".to_vec(),
        b"\xdb\xff\xff\xff\xff".to_vec(),
        b"\xc6\xff\xff\xff\xff".to_vec(),
        b"\xc9\xff\xff\xff\xff\x0c".to_vec(),
        // The right number of attributes, each of them a claim of four billion elements.
        [b"\x8d\xa5items".to_vec(), b"\xdd\xff\xff\xff\xff".repeat(13)].concat(),
        // Another number of attributes, and a list for an object.
        b"\x80".to_vec(),
        b"\x81\xa4name\xa1a".to_vec(),
        b"\x90".to_vec(),
        // Something after the value.
        [&good[..], b"\xc0"].concat(),
        // A nesting that no type asks for.
        b"\x91".repeat(1 << 20),
    ];
    found.extend((1..good.len()).map(|length| good[..length].to_vec()));
    found
}

#[tokio::test]
async fn nothing_at_all_is_null() {
    let served = Served::start();
    let mut session = served.session().await;
    for nothing in [None, Some(DynamicValue::default()), msgpack(b"\xc0"), json("null")] {
        let request = plan_resource_change::Request {
            prior_state: nothing,
            ..session.plan_request(PARCEL, &Dynamic::Null, &config())
        };
        let plan = session.ask_plan(request).await;
        assert_eq!(plan.said, [] as [&str; 0]);
        assert!(plan.object.attribute("id").is_unknown());
    }
}

#[tokio::test]
async fn json_is_as_good() {
    let served = Served::start();
    let mut session = served.session().await;
    let text = r#"{"name":"books","grams":1}"#;
    let request = plan_resource_change::Request {
        type_name: PARCEL.into(),
        proposed_new_state: json(text),
        config: json(text),
        ..Default::default()
    };
    let plan = session.ask_plan(request).await;
    assert_eq!((plan.said.len(), plan.object.attribute("grams")), (0, &1_i64.into()));
}

#[tokio::test]
async fn a_malformed_value_is_a_message_and_the_process_lives() {
    let served = Served::start();
    let mut session = served.session().await;
    for bytes in garbage(&session) {
        let request = validate_resource_config::Request {
            type_name: PARCEL.into(),
            config: msgpack(bytes.clone()),
            ..Default::default()
        };
        let answer = session.client.validate_resource_config(request).await.unwrap().into_inner();
        let found = said(&answer.diagnostics);
        assert!(found.len() == 1 && found[0].contains("Malformed value"), "{bytes:x?}: {found:?}");
    }
    for text in ["{", "[]", "7", r#"{"colour":1}"#, &"[".repeat(1 << 20)] {
        let request = validate_resource_config::Request {
            type_name: PARCEL.into(),
            config: json(text),
            ..Default::default()
        };
        let answer = session.client.validate_resource_config(request).await.unwrap().into_inner();
        check_said(&said(&answer.diagnostics), "error", "Malformed value");
    }
    assert_eq!(session.plan(PARCEL, &Dynamic::Null, &config()).await.said, [] as [&str; 0]);
}

#[tokio::test]
async fn a_malformed_value_is_named_in_every_call_and_answered_with_no_object() {
    let served = Served::start();
    let mut session = served.session().await;
    let bad = msgpack(b"\xdd\xff\xff\xff\xff");
    let null = || msgpack(b"\xc0");
    let client = &mut session.client;
    let check = |found: &[tfplugin6::v6::Diagnostic], what: &str| {
        check_said(&said(found), "error: Malformed value:", what)
    };

    let request = validate_provider_config::Request { config: bad.clone() };
    check(
        &client.validate_provider_config(request).await.unwrap().into_inner().diagnostics,
        "provider configuration",
    );
    let request = configure_provider::Request { config: bad.clone(), ..Default::default() };
    check(
        &client.configure_provider(request).await.unwrap().into_inner().diagnostics,
        "provider configuration",
    );
    let request = validate_data_resource_config::Request { type_name: PARCEL.into(), config: bad.clone() };
    check(
        &client.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics,
        "configuration",
    );
    let request =
        read_data_source::Request { type_name: PARCEL.into(), config: bad.clone(), ..Default::default() };
    check(&client.read_data_source(request).await.unwrap().into_inner().diagnostics, "configuration");
    let request =
        read_resource::Request { type_name: PARCEL.into(), current_state: bad.clone(), ..Default::default() };
    let answer = client.read_resource(request).await.unwrap().into_inner();
    check(&answer.diagnostics, "state");
    assert_eq!(answer.new_state, None);
    let request = plan_resource_change::Request {
        type_name: PARCEL.into(),
        proposed_new_state: bad.clone(),
        config: bad.clone(),
        ..Default::default()
    };
    check(&client.plan_resource_change(request).await.unwrap().into_inner().diagnostics, "configuration");
    for request in [
        apply_resource_change::Request { prior_state: bad.clone(), ..Default::default() },
        apply_resource_change::Request {
            prior_state: null(),
            planned_state: bad.clone(),
            ..Default::default()
        },
        apply_resource_change::Request { planned_state: null(), config: bad.clone(), ..Default::default() },
    ] {
        let request = apply_resource_change::Request { type_name: PARCEL.into(), ..request };
        let answer = client.apply_resource_change(request).await.unwrap().into_inner();
        check(&answer.diagnostics, "");
        // Terraform keeps what it has where there is an error and no object.
        assert_eq!(answer.new_state, None);
    }
}

#[tokio::test]
async fn a_malformed_value_is_not_shown() {
    let served = Served::start();
    let mut session = served.session().await;
    let text = r#"{"name":{"a":"hunter2"},"code_wo":["hunter2"]}"#;
    let request = validate_resource_config::Request {
        type_name: PARCEL.into(),
        config: json(text),
        ..Default::default()
    };
    let answer = session.client.validate_resource_config(request).await.unwrap().into_inner();
    let found = said(&answer.diagnostics);
    assert!(found.len() == 1 && !found[0].contains("hunter2"), "{found:?}");
}
