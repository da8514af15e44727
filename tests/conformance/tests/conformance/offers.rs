//! What everything that is no resource type keeps: functions, ephemeral resources, and lists.

use sparki_core::{Mode, Parameter};

use crate::registry::registry;

#[test]
fn every_type_can_be_listed() {
    let listable: Vec<_> = registry().listable().map(|(name, _)| name).collect();
    let all: Vec<_> = registry().resources().keys().copied().collect();
    assert_eq!(listable, all);
}

#[test]
fn a_list_can_be_narrowed_down_and_need_not_be() {
    for (name, resource) in registry().listable() {
        let schema = resource.filter_schema().expect("it is listable");
        assert_eq!(sparki_plan::schema_problems(schema), [], "{name}");
        assert!(!schema.object.attributes.is_empty(), "{name}");
        for attribute in &schema.object.attributes {
            assert_eq!(attribute.mode, Mode::Optional, "{name}.{}", attribute.name);
        }
        assert!(resource.identity_schema().is_some(), "{name}: what is listed is imported by its identity");
    }
}

#[test]
fn every_function_says_what_it_takes_and_gives() {
    let is_sentence = |text: &str| text.trim().ends_with('.');
    for (name, function) in registry().functions() {
        let signature = function.signature();
        assert!(is_sentence(signature.summary) && !signature.summary.contains('\n'), "{name}");
        assert!(is_sentence(signature.description), "{name}");
        let parameters: Vec<&Parameter> = signature.parameters.iter().chain(&signature.variadic).collect();
        assert!(!parameters.is_empty(), "{name} takes nothing, so it is a constant");
        for parameter in parameters {
            assert!(is_sentence(parameter.description), "{name}({})", parameter.name);
        }
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
    }
    assert!(!registry().functions().is_empty());
}

#[test]
fn what_lasts_for_one_run_is_described_and_hides_its_secrets() {
    for (name, ephemeral) in registry().ephemerals() {
        let schema = ephemeral.schema();
        assert_eq!(sparki_plan::schema_problems(schema), [], "{name}");
        assert!(!schema.object.attributes.iter().any(|attribute| attribute.write_only), "{name}");
        let shown = schema.object.attributes.iter().filter(|it| it.sensitive).count();
        assert!(shown > 0, "{name} holds nothing secret, so a data source would do");
    }
    assert!(!registry().ephemerals().is_empty());
}
