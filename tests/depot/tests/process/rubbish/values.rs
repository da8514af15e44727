//! Good messages with values that are none, in every field of every call that has a value.

use depot::PARCEL;
use tfplugin6::v6::{self, DynamicValue, RawState, ResourceIdentityData};

use super::target::Target;

/// How deep the deepest values are nested.
const LEVELS: usize = 100_000;

fn value(msgpack: &[u8]) -> DynamicValue {
    DynamicValue { msgpack: msgpack.to_vec().into(), ..DynamicValue::default() }
}

fn json(text: &str) -> DynamicValue {
    DynamicValue { json: text.to_owned().into(), ..DynamicValue::default() }
}

/// Values that are malformed, each in another way.
fn malformed() -> Vec<(&'static str, DynamicValue)> {
    let typed = b"\x92\xc4\x09\"dynamic\"".repeat(LEVELS);
    let unknown = [b"\xc8\xff\xff\x0c".to_vec(), b"\x91".repeat(0xffff)].concat();
    vec![
        ("a byte that means nothing", value(b"\xc1")),
        ("an array that is not there", value(b"\xdd\xff\xff\xff\xff")),
        ("a map that is not there", value(b"\xdf\xff\xff\xff\xff")),
        ("text that is not there", value(b"\xdb\xff\xff\xff\xff")),
        ("bytes that are not there", value(b"\xc6\xff\xff\xff\xff")),
        ("an extension that is not there", value(b"\xc9\xff\xff\xff\xff\x0c")),
        (
            "a number of many digits",
            value(&[b"\xdb\x00\x10\x00\x00".to_vec(), b"7".repeat(1 << 20)].concat()),
        ),
        ("a large exponent", value(b"\xab1e999999999")),
        ("deep arrays", value(&b"\x91".repeat(LEVELS))),
        ("deep maps", value(&b"\x81\xa1a".repeat(LEVELS))),
        ("deep values of any type", value(&typed)),
        ("deep promises", value(&unknown)),
        ("JSON that ends early", json("{")),
        ("deep JSON arrays", json(&"[".repeat(LEVELS))),
        ("deep JSON objects", json(&"{\"a\":".repeat(LEVELS))),
        ("JSON of another type", json("[]")),
    ]
}

/// Makes a call. Whether the value in it is refused or not looked at, there is an answer.
macro_rules! ask {
    ($client:ident, $call:ident, $request:expr) => {
        if let Err(refused) = $client.$call($request).await {
            assert_eq!(refused.code(), tonic::Code::Unimplemented, "{}: {refused}", stringify!($call));
        }
    };
}

/// Makes a call that has one field for a value.
macro_rules! in_its_field {
    ($client:ident, $call:ident, $value:expr, $field:ident) => {
        ask!($client, $call, v6::$call::Request { type_name: PARCEL.into(), $field: $value })
    };
}

/// Makes one call for each field that is named, with the value in it and nothing in the others.
macro_rules! in_each_field {
    ($client:ident, $call:ident { $kind:ident: $name:expr }, $value:expr, [$($field:ident),*]) => {$(
        ask!($client, $call, v6::$call::Request { $kind: $name.into(), $field: $value, ..Default::default() });
    )*};
}

#[tokio::test]
async fn a_malformed_value_in_any_field_of_any_call_is_answered() {
    let target = Target::start().await;
    for (what, bad) in malformed() {
        let mut client = target.plugin.connect().await;
        let bad = || Some(bad.clone());
        let identity = || Some(ResourceIdentityData { identity_data: bad() });
        for config in [
            client
                .validate_provider_config(v6::validate_provider_config::Request { config: bad() })
                .await
                .is_ok(),
            client
                .configure_provider(v6::configure_provider::Request { config: bad(), ..Default::default() })
                .await
                .is_ok(),
            client
                .call_function(v6::call_function::Request {
                    name: "f".into(),
                    arguments: vec![bad().unwrap(); 2],
                })
                .await
                .is_ok(),
        ] {
            assert!(config, "{what}");
        }
        in_each_field!(client, validate_resource_config { type_name: PARCEL }, bad(), [config]);
        in_its_field!(client, validate_data_resource_config, bad(), config);
        in_its_field!(client, validate_ephemeral_resource_config, bad(), config);
        in_each_field!(
            client,
            validate_list_resource_config { type_name: PARCEL },
            bad(),
            [config, include_resource_object, limit]
        );
        in_its_field!(client, validate_action_config, bad(), config);
        in_each_field!(client, read_resource { type_name: PARCEL }, bad(), [current_state, provider_meta]);
        in_each_field!(client, read_resource { type_name: PARCEL }, identity(), [current_identity]);
        in_each_field!(
            client,
            plan_resource_change { type_name: PARCEL },
            bad(),
            [prior_state, proposed_new_state, config, provider_meta]
        );
        in_each_field!(client, plan_resource_change { type_name: PARCEL }, identity(), [prior_identity]);
        in_each_field!(
            client,
            apply_resource_change { type_name: PARCEL },
            bad(),
            [prior_state, planned_state, config, provider_meta]
        );
        in_each_field!(client, apply_resource_change { type_name: PARCEL }, identity(), [planned_identity]);
        in_each_field!(client, import_resource_state { type_name: PARCEL }, identity(), [identity]);
        in_its_field!(client, generate_resource_config, bad(), state);
        in_each_field!(client, read_data_source { type_name: PARCEL }, bad(), [config, provider_meta]);
        in_each_field!(client, open_ephemeral_resource { type_name: PARCEL }, bad(), [config]);
        in_each_field!(client, list_resource { type_name: PARCEL }, bad(), [config]);
        in_each_field!(client, plan_action { action_type: PARCEL }, bad(), [config]);
        in_each_field!(client, invoke_action { action_type: PARCEL }, bad(), [config]);
        let request = v6::validate_state_store::Request { type_name: PARCEL.into(), config: bad() };
        let refused = client.validate_state_store_config(request).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::Unimplemented);
        in_each_field!(client, configure_state_store { type_name: PARCEL }, bad(), [config]);
        target.is_well_after(what).await;
    }
}

#[tokio::test]
async fn a_stored_document_that_is_none_is_answered() {
    let target = Target::start().await;
    let mut client = target.plugin.connect().await;
    for text in
        ["", "{", "7", "[]", &"[".repeat(LEVELS), &"{\"a\":".repeat(LEVELS), "{\"grams\":1e999999999}"]
    {
        let stored = || Some(RawState { json: text.to_owned().into(), ..RawState::default() });
        for version in [i64::MIN, -1, 0, 3, i64::MAX] {
            let request = v6::upgrade_resource_state::Request {
                type_name: PARCEL.into(),
                version,
                raw_state: stored(),
            };
            assert!(client.upgrade_resource_state(request).await.is_ok());
            let request = v6::upgrade_resource_identity::Request {
                type_name: PARCEL.into(),
                version,
                raw_identity: stored(),
            };
            assert!(client.upgrade_resource_identity(request).await.is_ok());
            let request = v6::move_resource_state::Request {
                target_type_name: PARCEL.into(),
                source_schema_version: version,
                source_state: stored(),
                source_identity: stored(),
                ..Default::default()
            };
            assert!(client.move_resource_state(request).await.is_ok());
        }
        target.is_well_after("a stored document").await;
    }
}
