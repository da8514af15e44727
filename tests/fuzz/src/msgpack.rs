use sparki_core::{Dynamic, Type};
use tfplugin_server::convert::msgpack::{decode, encode};

use crate::input::Input;

/// A type, then a value of it in MessagePack form. What can be read can be written, and is read again as the same.
pub fn msgpack(data: &[u8]) {
    let mut input = Input::new(data);
    let ty = input.ty();
    match decode(input.rest(), &ty) {
        Ok(read) => {
            let again = written(&read, &ty);
            // What is known of an unknown value is cut to what Terraform takes, once.
            assert_eq!(unrefined(read), unrefined(again.clone()), "read again");
            assert_eq!(again, written(&again, &ty), "read once more");
        }
        Err(error) => {
            let _ = (error.to_string(), error.path().to_string());
        }
    }
}

/// The value, written and read again.
pub(crate) fn written(value: &Dynamic, ty: &Type) -> Dynamic {
    let bytes = encode(value, ty).expect("what has been read can be written");
    decode(&bytes, ty).expect("what has been written can be read")
}

fn unrefined(value: Dynamic) -> Dynamic {
    let members = |members: std::collections::BTreeMap<String, Dynamic>| {
        members.into_iter().map(|(name, value)| (name, unrefined(value))).collect()
    };
    match value {
        Dynamic::Unknown(_) => Dynamic::unknown(),
        Dynamic::List(elements) => Dynamic::List(elements.into_iter().map(unrefined).collect()),
        Dynamic::Set(elements) => Dynamic::set(elements.into_vec().into_iter().map(unrefined).collect()),
        Dynamic::Map(inner) => Dynamic::Map(members(inner)),
        Dynamic::Object(inner) => Dynamic::Object(members(inner)),
        Dynamic::Typed(ty, inner) => Dynamic::Typed(ty, Box::new(unrefined(*inner))),
        Dynamic::Null | Dynamic::Bool(_) | Dynamic::Number(_) | Dynamic::String(_) => value,
    }
}
