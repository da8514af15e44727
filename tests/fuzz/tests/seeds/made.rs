//! Inputs made from real values: `UPDATE_SEEDS=1 cargo test --package fuzz` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use sparki_core::{Dynamic, Mode, ObjectSchema, Type, UnknownMembers};
use tfplugin_server::convert::msgpack;

use crate::kept::folder;

/// The bytes of which the input is made, by way in and name.
type Made = BTreeMap<(&'static str, String), Vec<u8>>;

/// How `fuzz::state` is told what follows.
const STRICT: u8 = 0;
const UPGRADE: u8 = 2;

/// How a type of a resource is written, before its number.
const SUBJECT: u8 = 9;

/// The place of the present version among those that `fuzz::state` tries.
const PRESENT: u8 = 0;

fn made() -> Made {
    let mut made = Made::new();
    for (number, subject) in (0_u8..).zip(fuzz::subjects()) {
        let name = subject.resource.type_name();
        let document = document(name);
        let (ty, text) = (subject.object.ty(), document.to_string());
        let value = Dynamic::from_json(&document, &ty, UnknownMembers::Refuse).unwrap();
        let mut add = |target, name: &str, parts: &[&[u8]]| {
            assert_eq!(made.insert((target, name.to_owned()), parts.concat()), None);
        };
        add("state", name, &[&[STRICT, SUBJECT, number], text.as_bytes()]);
        add("state", &format!("{name}-stored"), &[&[UPGRADE, number, PRESENT], text.as_bytes()]);
        add("msgpack", name, &[&[SUBJECT, number], &msgpack::encode(&value, &ty).unwrap()]);
        let mut config = vec![number];
        record(&mut config, &configuration(&subject.object, value), &ty);
        add("validators", name, &[&config]);
        for (example, _) in subject.resource.import_forms() {
            let form = format!("{name}-{}", example.split('/').count());
            let form = if example.len() == 36 { format!("{name}-id") } else { form };
            add("import_id", &form, &[&[number], example.as_bytes()]);
        }
    }
    let mut add = |target, name: &str, bytes: &[u8]| {
        assert_eq!(made.insert((target, name.to_owned()), bytes.to_vec()), None);
    };
    add("msgpack", "any", b"\x03\x92\xc4\x19[\"object\",{\"a\":\"number\"}]\x81\xa1a\x01");
    add("msgpack", "unknown-text", b"\x02\xc7\x09\x0c\x82\x01\xc2\x02\xa4arn:");
    add("msgpack", "unknown-number", b"\x01\xc7\x09\x0c\x82\x03\x92\x01\xc3\x04\x92\x02\xc2");
    add("msgpack", "unknown-set", b"\x05\x02\xc7\x05\x0c\x82\x05\x01\x06\x02");
    add("msgpack", "numbers", b"\x04\x01\x96\x01\xff\xcb\x3f\xe0\0\0\0\0\0\0\xcd\xff\xff\xa30.1\xa51e-99");
    add(
        "state",
        "any",
        b"\x01\x03{\"type\":[\"map\",\"dynamic\"],\"value\":{\"a\":{\"type\":\"number\",\"value\":1.5e3}}}",
    );
    add("state", "text", b"\x01\x04\x02[\"a\",1.0,true,null,\"e\\u0301\"]");
    add("path", "pointer", b"\0/stages/0/steps/12/env/LOG~1LEVEL~0");
    add("path", "empty-parts", b"\0//0/");
    add("path", "steps", b"\x01\0\x06stages\x02\x3f\x01\x03LOG\x03\0\x04name");
    made
}

/// What an object of this type looks like in a state.
fn document(type_name: &str) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds/documents");
    let text = std::fs::read(folder.join(format!("{type_name}.json")));
    serde_json::from_slice(&text.unwrap_or_else(|_| panic!("{type_name} has no document"))).unwrap()
}

/// The part of an object that configuration can set.
fn configuration(object: &ObjectSchema, value: Dynamic) -> Dynamic {
    let Dynamic::Object(mut members) = value else { panic!("no object") };
    for attribute in object.attributes.iter().filter(|attribute| attribute.mode == Mode::Computed) {
        members.insert(attribute.name.to_owned(), Dynamic::Null);
    }
    Dynamic::Object(members)
}

/// Writes the bytes of which a fuzzer makes this value, as far as it can.
fn record(out: &mut Vec<u8>, value: &Dynamic, ty: &Type) {
    let text = |out: &mut Vec<u8>, text: &str| {
        let text = &text.as_bytes()[..text.len().min(63)];
        out.push(u8::try_from(text.len()).unwrap());
        out.extend(text);
    };
    let elements = |out: &mut Vec<u8>, elements: &[Dynamic], ty: &Type| {
        out.push(u8::try_from(elements.len().min(5)).unwrap());
        elements.iter().take(5).for_each(|element| record(out, element, ty));
    };
    match value {
        Dynamic::Null => return out.push(0),
        Dynamic::Unknown(_) => return out.push(1),
        _ => out.push(2),
    }
    match (value, ty) {
        (Dynamic::Bool(value), Type::Bool) => out.push(u8::from(*value)),
        (Dynamic::Number(number), Type::Number) => text(out, &number.to_string()),
        (Dynamic::String(value), Type::String) => text(out, value),
        (Dynamic::List(list), Type::List(ty)) => elements(out, list, ty),
        (Dynamic::Set(set), Type::Set(ty)) => elements(out, &set.clone().into_vec(), ty),
        (Dynamic::Map(members), Type::Map(ty)) => {
            out.push(u8::try_from(members.len().min(5)).unwrap());
            for (key, value) in members.iter().take(5) {
                text(out, key);
                record(out, value, ty);
            }
        }
        (Dynamic::Object(members), Type::Object(types)) => {
            types.iter().for_each(|(name, ty)| record(out, &members[name], ty));
        }
        (value, ty) => panic!("{value:?} is not recorded as {ty:?}"),
    }
}

#[test]
fn the_inputs_made_from_real_values_are_up_to_date() {
    for ((target, name), bytes) in made() {
        let path = folder(target).join(name);
        if std::env::var_os("UPDATE_SEEDS").is_some() {
            std::fs::create_dir_all(folder(target)).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{} is out of date: see the top of this file", path.display());
    }
}
