//! What tells the objects of every registered type from each other.

use sparki_core::{Dynamic, Mode, Replace, Type, Unset};

use crate::registry::registry;
use crate::states::check_states;

fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Number | Type::Bool)
}

#[test]
fn every_type_has_an_identity_that_terraform_can_store() {
    for (name, resource) in registry().resources() {
        let schema = resource.identity_schema().unwrap_or_else(|| panic!("{name} has no identity"));
        assert_eq!(sparki_plan::schema_problems(schema), [], "{name}");
        for attribute in &schema.object.attributes {
            let ty = attribute.kind.ty();
            let fits = is_primitive(&ty) || matches!(&ty, Type::List(element) if is_primitive(element));
            assert!(fits, "{name}.{}: only text, numbers, bools and lists of these", attribute.name);
            assert!(matches!(attribute.mode, Mode::Required | Mode::Optional), "{name}.{}", attribute.name);
            assert!(!attribute.sensitive && !attribute.write_only, "{name}.{}", attribute.name);
        }
        let required = schema.object.attributes.iter().filter(|it| it.mode == Mode::Required).count();
        assert!(required > 0, "{name}: nothing of the identity is required");
    }
}

#[test]
fn what_identifies_an_object_cannot_be_changed() {
    for (name, resource) in registry().resources() {
        let identity = &resource.identity_schema().expect("every type has one").object;
        for part in &identity.attributes {
            let Some(attribute) = resource.schema().object.attribute(part.name) else { continue };
            let is_replaced = matches!(attribute.replace, Replace::Always);
            let is_assigned = attribute.mode == Mode::Computed && matches!(attribute.unset, Unset::KeepState);
            assert!(is_replaced || is_assigned, "{name}.{} can change in place", part.name);
        }
    }
}

#[test]
fn the_identity_of_an_object_is_whole_and_stays_the_same() {
    check_states(|what, resource, state| {
        let identity = resource.identity(state).unwrap_or_else(|error| panic!("{what}: {error}"));
        let schema = &resource.identity_schema().expect("every type has one").object;
        for attribute in schema.attributes.iter().filter(|it| it.mode == Mode::Required) {
            let value = identity.attribute(attribute.name);
            assert!(!value.is_null() && value.is_wholly_known(), "{what}: {} is {value:?}", attribute.name);
        }
        // An update that touches whatever it can leaves it alone.
        let config = sparki_plan::generate(resource, state);
        let plan = sparki_plan::plan_instance(resource, &config, state);
        assert_eq!(resource.identity(&plan.planned).as_ref(), Ok(&identity), "{what}");
        let json = identity.to_json().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(resource.upgrade_identity(0, &json).ok().as_ref(), Some(&identity), "{what}");
    });
}

#[test]
fn nothing_has_no_identity() {
    for (name, resource) in registry().resources() {
        assert_eq!(resource.identity(&Dynamic::Null), Ok(Dynamic::Null), "{name}");
    }
}
