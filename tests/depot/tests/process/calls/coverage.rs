//! Which calls there are, and what is said of those that there are not.

use sparki_core::Dynamic;
use tfplugin6::v6::{self, ServerCapabilities, get_provider_schema};
use tonic::Code;

use super::session::{Served, check_said, nothing, object, said};
use depot::{BOX, ODDITY, PARCEL, ROUTE};

#[tokio::test]
async fn the_schema_has_every_type_and_the_capabilities() {
    let served = Served::start();
    let mut client = served.connect().await.client;
    let answer =
        client.get_provider_schema(get_provider_schema::Request::default()).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(answer.resource_schemas.keys().collect::<Vec<_>>(), [BOX, ODDITY, PARCEL, ROUTE]);
    assert_eq!(answer.data_source_schemas.keys().collect::<Vec<_>>(), [BOX, PARCEL]);
    assert!(answer.provider.is_some_and(|provider| provider.block.is_some()), "Terraform insists on it");
    let expected = ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    };
    assert_eq!(answer.server_capabilities, Some(expected));
    let schema = &answer.resource_schemas[PARCEL];
    assert_eq!(schema.version, 3);
    let code = schema.block.as_ref().unwrap().attributes.iter().find(|it| it.name == "code_wo").unwrap();
    assert!(code.write_only && code.optional && !code.computed && !code.required);
}

#[tokio::test]
async fn nothing_needs_the_schema_to_have_been_asked_for() {
    let served = Served::start();
    let mut session = served.connect().await;
    let config = object([("name", "books".into())]);
    let host = v6::ClientCapabilities::default();
    assert_eq!(session.validate(PARCEL, &config, host).await, [] as [&str; 0]);
    assert_eq!(session.configure("main").await, [] as [&str; 0]);
    let created = session.create(PARCEL, &config).await;
    assert_eq!(session.read(PARCEL, &created).await, created);
}

#[tokio::test]
async fn a_type_that_there_is_not_is_a_message_in_every_call() {
    let served = Served::start();
    let mut session = served.session().await;
    let name = || "depot_pallet".to_owned();
    let client = &mut session.client;
    let check =
        |found: &[v6::Diagnostic]| check_said(&said(found), "error: Unknown type:", "\"depot_pallet\"");

    let request = v6::validate_resource_config::Request { type_name: name(), ..Default::default() };
    check(&client.validate_resource_config(request).await.unwrap().into_inner().diagnostics);
    let request = v6::upgrade_resource_state::Request { type_name: name(), ..Default::default() };
    check(&client.upgrade_resource_state(request).await.unwrap().into_inner().diagnostics);
    let request = v6::read_resource::Request { type_name: name(), ..Default::default() };
    check(&client.read_resource(request).await.unwrap().into_inner().diagnostics);
    let request = v6::plan_resource_change::Request { type_name: name(), ..Default::default() };
    check(&client.plan_resource_change(request).await.unwrap().into_inner().diagnostics);
    let request = v6::apply_resource_change::Request { type_name: name(), ..Default::default() };
    check(&client.apply_resource_change(request).await.unwrap().into_inner().diagnostics);
    let request = v6::import_resource_state::Request { type_name: name(), ..Default::default() };
    check(&client.import_resource_state(request).await.unwrap().into_inner().diagnostics);
    let request = v6::validate_data_resource_config::Request { type_name: name(), ..Default::default() };
    check(&client.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics);
    let request = v6::read_data_source::Request { type_name: name(), ..Default::default() };
    check(&client.read_data_source(request).await.unwrap().into_inner().diagnostics);
}

#[tokio::test]
async fn calls_that_are_not_built_answer_unimplemented() {
    let served = Served::start();
    let mut session = served.connect().await;
    let mut missing: Vec<(&str, Code)> = Vec::new();
    macro_rules! ask {
        ($($call:ident),* $(,)?) => {$(
            let refused = session.client.$call(v6::$call::Request::default()).await.unwrap_err();
            missing.push((stringify!($call), refused.code()));
        )*};
    }
    ask!(get_states, delete_state, lock_state, unlock_state, read_state_bytes, configure_state_store);
    for (call, code) in missing {
        assert_eq!(code, Code::Unimplemented, "{call}");
    }
    // And the connection is as good as before.
    assert_eq!(session.configure("main").await, [] as [&str; 0]);
    let read = session.read(PARCEL, &nothing()).await;
    assert_eq!((read.object, read.said), (Dynamic::Null, vec![]));
}
