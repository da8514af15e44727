//! What configuration that is written for an object comes to.

use sparki_core::{Attribute, Dynamic, ErasedResource, Mode};
use sparki_plan::{Action, generate, plan_instance, validate, with_defaults};

use crate::states::check_states;

fn check_accepted(what: &str, resource: &dyn ErasedResource, config: &Dynamic) {
    let mut found = validate(&resource.schema().object, config);
    found.extend(resource.validate(config));
    assert!(!found.has_errors(), "{what}: {found}");
}

#[test]
fn generated_configuration_is_accepted_and_changes_nothing() {
    check_states(|what, resource, state| {
        let config = generate(resource, state);
        check_accepted(what, resource, &config);
        let plan = plan_instance(resource, &config, state);
        assert!(!plan.diagnostics.has_errors(), "{what}: {}", plan.diagnostics);
        assert_eq!(plan.action, Action::NoOp, "{what}: {config:#?} plans {:#?}", plan.planned);
    });
}

#[test]
fn generated_configuration_says_what_the_remote_does_not_decide() {
    check_states(|what, resource, state| {
        let object = &resource.schema().object;
        let meant = with_defaults(object, &generate(resource, state));
        let ours = |it: &&Attribute| matches!(it.mode, Mode::Required | Mode::Optional);
        for attribute in object.attributes.iter().filter(ours) {
            let (meant, there) = (meant.attribute(attribute.name), state.attribute(attribute.name));
            assert_eq!(meant, there, "{what}: {}", attribute.name);
        }
    });
}
