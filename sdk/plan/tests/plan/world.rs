//! Reads values, plans, and carries plans out the way a remote would.

use std::sync::LazyLock;

use expect_test::Expect;
use serde_json::Value as Json;
use sparki_core::{Dynamic, Erased, ErasedResource, Kind, Mode, ObjectSchema, Schema, Type};
use sparki_plan::check::{plan_violations, result_violations};
use sparki_plan::{Action, InstancePlan, plan_instance, settle, with_blocks};

use crate::machine::Machine;

pub(crate) static MACHINE: LazyLock<Erased<Machine>> = LazyLock::new(Erased::importable);

pub(crate) fn machine() -> &'static Schema {
    MACHINE.schema()
}

/// An object of a schema from JSON text, in which `"?"` stands for an unknown value of any type. Empty text is no
/// object.
pub(crate) fn object(schema: &ObjectSchema, text: &str) -> Dynamic {
    if text.is_empty() {
        return Dynamic::Null;
    }
    // As Terraform sends it: a block that is not there is empty.
    with_blocks(schema, value(&schema.ty(), &serde_json::from_str(text).expect("the text is JSON")))
}

pub(crate) fn value(ty: &Type, json: &Json) -> Dynamic {
    match (ty, json) {
        (_, Json::String(text)) if text == "?" => Dynamic::unknown(),
        (_, Json::Null) => Dynamic::Null,
        (Type::List(element), Json::Array(elements)) => {
            Dynamic::List(elements.iter().map(|json| value(element, json)).collect())
        }
        (Type::Set(element), Json::Array(elements)) => {
            Dynamic::set(elements.iter().map(|json| value(element, json)).collect())
        }
        (Type::Map(element), Json::Object(members)) => {
            Dynamic::Map(members.iter().map(|(key, json)| (key.clone(), value(element, json))).collect())
        }
        (Type::Object(types), Json::Object(members)) => {
            assert!(members.keys().all(|name| types.contains_key(name)), "{members:?}");
            Dynamic::object(
                types.iter().map(|(name, ty)| (name, value(ty, members.get(name).unwrap_or(&Json::Null)))),
            )
        }
        (ty, json) => Dynamic::from_json(json, ty, sparki_core::UnknownMembers::Refuse)
            .expect("the JSON fits the schema"),
    }
}

pub(crate) fn config(text: &str) -> Dynamic {
    object(&machine().object, text)
}

pub(crate) fn plan(config: &Dynamic, prior: &Dynamic) -> InstancePlan {
    plan_instance(&*MACHINE, config, prior)
}

/// What the remote answers to a plan: what was unknown is numbered in order.
pub(crate) fn answer(schema: &ObjectSchema, planned: &Dynamic) -> Dynamic {
    fill(planned, &schema.ty(), &mut 0)
}

fn fill(planned: &Dynamic, ty: &Type, count: &mut i64) -> Dynamic {
    match (planned, ty) {
        (Dynamic::Unknown(refinement), Type::String) => {
            *count += 1;
            format!("{}#{count}", refinement.prefix.as_deref().unwrap_or_default()).as_str().into()
        }
        (Dynamic::Unknown(_), Type::Number) => {
            *count += 1;
            (*count).into()
        }
        (Dynamic::Unknown(_), Type::Bool) => true.into(),
        (Dynamic::Unknown(_), Type::Object(types)) => {
            Dynamic::object(types.iter().map(|(name, ty)| (name, fill(&Dynamic::unknown(), ty, count))))
        }
        (Dynamic::Unknown(_), _) => Dynamic::Null,
        (Dynamic::Object(members), Type::Object(types)) => {
            Dynamic::object(types.iter().map(|(name, ty)| (name, fill(&members[name], ty, count))))
        }
        (Dynamic::List(elements), Type::List(ty)) => {
            Dynamic::List(elements.iter().map(|element| fill(element, ty, count)).collect())
        }
        (Dynamic::Set(elements), Type::Set(ty)) => {
            Dynamic::set(elements.iter().map(|element| fill(element, ty, count)).collect())
        }
        (Dynamic::Map(members), Type::Map(ty)) => Dynamic::Map(
            members.iter().map(|(key, element)| (key.clone(), fill(element, ty, count))).collect(),
        ),
        (known, _) => known.clone(),
    }
}

/// The state after a machine was made from a configuration.
pub(crate) fn made(text: &str) -> Dynamic {
    let config = config(text);
    if config.is_null() {
        return config;
    }
    applied(&plan(&config, &Dynamic::Null))
}

/// The state after a plan was carried out.
pub(crate) fn applied(plan: &InstancePlan) -> Dynamic {
    let schema = &machine().object;
    let state = settle(schema, &plan.planned, answer(schema, &plan.planned));
    assert_eq!(result_violations(schema, &plan.planned, &state), []);
    state
}

/// Plans the change from one configuration to another, and shows it as practitioners see it.
#[track_caller]
pub(crate) fn check_plan(before: &str, after: &str, expected: &Expect) {
    let (prior, config) = (made(before), config(after));
    let found = plan(&config, &prior);
    let violations = plan_violations(&machine().object, &prior, &config, &found.planned);
    assert_eq!(violations, [], "Terraform would refuse the plan");
    assert_eq!(plan(&config, &prior).planned, found.planned, "the same question has another answer");
    let mut text = match found.action {
        Action::NoOp => "No changes.\n".to_owned(),
        _ => sparki_plan::render("m", machine(), &prior, &found),
    };
    if !found.diagnostics.is_empty() {
        text += &format!("{}\n", found.diagnostics);
    }
    expected.assert_eq(&text);
}

/// A schema of attributes given as name, kind and mode.
pub(crate) fn schema(attributes: Vec<(&'static str, Kind, Mode)>) -> ObjectSchema {
    let attribute = |(name, kind, mode)| sparki_core::Attribute {
        mode,
        ..sparki_core::Attribute::new(name, "Something.", kind)
    };
    ObjectSchema { attributes: attributes.into_iter().map(attribute).collect(), rules: Vec::new() }
}
