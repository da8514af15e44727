//! What planning every registered type comes to.

use sparki_core::{Attribute, Dynamic, ErasedResource, Mode, ObjectSchema};
use sparki_plan::check::plan_violations;
use sparki_plan::{Action, plan_instance};

use crate::registry::registry;

/// A configuration in which `value` decides each attribute that can be set.
fn config(object: &ObjectSchema, value: impl Fn(&Attribute) -> Dynamic) -> Dynamic {
    Dynamic::object(object.attributes.iter().map(|attribute| {
        let value = if attribute.is_configurable() { value(attribute) } else { Dynamic::Null };
        (attribute.name, value)
    }))
}

fn unknown_if(wanted: bool) -> Dynamic {
    if wanted { Dynamic::unknown() } else { Dynamic::Null }
}

fn check_plans(name: &str, resource: &dyn ErasedResource, config: &Dynamic) {
    let object = &resource.schema().object;
    let found = sparki_plan::validate(object, config);
    assert!(!found.iter().any(|one| one.summary != "Invalid combination of attributes"), "{name}: {found}");
    let found = resource.validate(config);
    assert!(!found.has_errors(), "{name}: {found}");
    let plan = plan_instance(resource, config, &Dynamic::Null);
    assert!(!plan.diagnostics.has_errors(), "{name}: {}", plan.diagnostics);
    assert_eq!(plan.action, Action::Create, "{name}");
    assert_eq!(plan_violations(object, &Dynamic::Null, config, &plan.planned), [], "{name}");
    let again = plan_instance(resource, config, &Dynamic::Null);
    assert_eq!(again.planned, plan.planned, "{name}");
}

#[test]
fn required_attributes_may_all_be_unknown() {
    for (name, resource) in registry().resources() {
        let object = &resource.schema().object;
        check_plans(
            name,
            &**resource,
            &config(object, |attribute| unknown_if(attribute.mode == Mode::Required)),
        );
    }
}

#[test]
fn everything_may_be_unknown() {
    for (name, resource) in registry().resources() {
        let config = config(&resource.schema().object, |_| Dynamic::unknown());
        check_plans(name, &**resource, &config);
        let found = sparki_plan::validate(&resource.schema().object, &config);
        assert!(!found.has_errors(), "{name}: {found}");
    }
}

#[test]
fn an_empty_configuration_misses_exactly_what_is_required() {
    for (name, resource) in registry().resources() {
        let object = &resource.schema().object;
        let found = sparki_plan::validate(object, &config(object, |_| Dynamic::Null));
        let missed = found.iter().filter(|one| one.summary == "Missing required attribute").count();
        let required = object.attributes.iter().filter(|attribute| attribute.mode == Mode::Required).count();
        assert_eq!(missed, required, "{name}: {found}");
    }
}
