//! What every attribute of a type must keep: it can be set, changed, removed, drift, and be found again.

use acceptance::{Action, Case};
use serde_json::Value;

use crate::subject::{Removal, Subject, Version};

/// Sets, changes and removes everything that can be.
pub(crate) fn check_changes(subject: impl FnOnce(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let address = subject.address();
    let bare = case.apply(&subject.config(Version::Bare));
    assert_eq!(bare.plan.action(&address), Action::Create);
    let id = bare.state.text(&address, "/id").to_owned();
    for version in [Version::First, Version::Second, Version::Bare] {
        let applied = case.apply(&subject.config(version));
        assert_eq!(applied.plan.action(&address), Action::Update);
        assert_eq!(applied.state.text(&address, "/id"), id, "it is still the same object");
        for attribute in &subject.changeable {
            let (name, pointer) = (attribute.name, format!("/{}", attribute.name));
            let actual = applied.state.value(&address, &pointer);
            match attribute.value(version) {
                Some(wanted) => assert!(covers(actual, wanted), "{name} is {actual}, not {wanted}"),
                None if attribute.removal == Removal::Keeps => {
                    assert!(covers(actual, &attribute.second), "{name} did not stay: {actual}");
                }
                None => assert_eq!(actual, bare.state.value(&address, &pointer), "{name} is not reset"),
            }
            let before = applied.plan.before(&address, &pointer);
            assert!(
                before == actual || applied.plan.changes(&address, &pointer),
                "the plan hides that {name} changes"
            );
        }
    }
    case.finish();
}

/// Imports by path, by id, and by block with a generated configuration.
pub(crate) fn check_import(subject: impl FnOnce(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let (address, config) = (subject.address(), subject.config(Version::First));
    let applied = case.apply(&config);
    let id = applied.state.text(&address, "/id");
    for form in [id, &subject.path] {
        case.verify_import(&config, &address, form, subject.unverified());
    }
    case.verify_import_blocks(&config, &address, &subject.path, subject.unverified());
    case.verify_generated(&address, &subject.path, subject.unverified());
    case.apply(&subject.config_to_destroy());
    case.finish();
}

/// Changes everything behind Terraform's back, then removes the object.
pub(crate) fn check_drift(subject: impl FnOnce(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let config = subject.config_to_destroy();
    case.apply(&config);
    case.verify_drift(&config, &subject.address(), &subject.drift(), &subject.drifting());
    case.verify_recreation(&config, &subject.address());
    case.finish();
}

/// Reads by id and by path.
pub(crate) fn check_data_source(subject: impl FnOnce(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let config = subject.config_to_destroy();
    case.apply(&config);
    case.verify_data_source(subject.kind, &subject.address(), &subject.path, subject.unverified());
    case.finish();
}

/// Whether a value has everything that was wanted. It may have more, such as defaults inside of objects; sets have
/// no order.
pub(crate) fn covers(actual: &Value, wanted: &Value) -> bool {
    match (actual, wanted) {
        (Value::Object(actual), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| actual.get(key).is_some_and(|actual| covers(actual, value)))
        }
        (Value::Array(actual), Value::Array(wanted)) => {
            let found = |value: &Value| actual.iter().any(|actual| covers(actual, value));
            actual.len() == wanted.len() && wanted.iter().all(found)
        }
        _ => actual == wanted,
    }
}
