use serde_json::Value as Json;
use sparki_core::{Dynamic, UnknownMembers};

use crate::input::Input;
use crate::msgpack::written;
use crate::subjects;

/// Either a type, or a resource type and a version of its schema; then a JSON document. What can be read can be written
/// as JSON and as MessagePack, and is read again as the same.
pub fn state(data: &[u8]) {
    let mut input = Input::new(data);
    match input.below(3) {
        0 => read(input, UnknownMembers::Refuse),
        1 => read(input, UnknownMembers::Drop),
        _ => upgrade(input),
    }
}

fn read(mut input: Input<'_>, unknown_members: UnknownMembers) {
    let ty = input.ty();
    let Some(json) = document(input) else { return };
    match Dynamic::from_json(&json, &ty, unknown_members) {
        Ok(value) => {
            let json = value.to_json().expect("what was stored is known");
            let again = Dynamic::from_json(&json, &ty, UnknownMembers::Refuse);
            assert_eq!(again.as_ref(), Ok(&value), "read again");
            assert_eq!(written(&value, &ty), value, "sent");
        }
        Err(error) => {
            let _ = error.to_string();
        }
    }
}

fn upgrade(mut input: Input<'_>) {
    let subject = &subjects()[input.below(subjects().len())];
    let (resource, ty) = (&subject.resource, subject.object.ty());
    let latest = resource.latest_version();
    let versions = [latest, latest + 1, latest - 1, 0, -1, i64::MAX, i64::MIN];
    let version = versions[input.below(versions.len())];
    let Some(json) = document(input) else { return };
    match resource.upgrade(version, &json) {
        Ok(value) => {
            let json = value.to_json().expect("what was stored is known");
            let again = resource.upgrade(latest, &json).expect("what was upgraded is new");
            assert_eq!(again, value, "upgraded again");
            assert_eq!(written(&value, &ty), value, "sent");
        }
        Err(error) => {
            let _ = error.diagnostic("state").to_string();
        }
    }
    let _ =
        resource.upgrade_identity(version, &json).map_err(|error| error.diagnostic("identity").to_string());
}

fn document(input: Input<'_>) -> Option<Json> {
    serde_json::from_slice(input.rest()).ok()
}
