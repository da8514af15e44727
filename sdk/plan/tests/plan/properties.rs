//! What holds for every configuration and every state.

use proptest::prelude::*;
use sparki_core::{Attribute, Dynamic, Kind, Mode, ObjectSchema};
use sparki_plan::check::{plan_violations, result_violations};
use sparki_plan::{Action, generate, settle, with_blocks};

use crate::generate::{What, objects};
use crate::world::{MACHINE, answer, applied, machine, plan};

fn configs(what: What) -> impl Strategy<Value = Dynamic> {
    let valid = |config: &Dynamic| !sparki_plan::validate(&machine().object, config).has_errors();
    objects(&machine().object, what).prop_filter("the configuration is not valid", valid)
}

fn priors() -> impl Strategy<Value = Dynamic> {
    prop_oneof![1 => Just(Dynamic::Null), 4 => objects(&machine().object, What::State)]
}

/// The answer of a remote that says "empty" for null, knows nothing of what is local, and writes documents its own way.
fn reworded(schema: &ObjectSchema, answer: Dynamic) -> Dynamic {
    let Dynamic::Object(members) = answer else { return answer };
    let reword = |(name, value): (String, Dynamic)| {
        let value = schema.attribute(&name).map(|attribute| reworded_attribute(attribute, value));
        (name, value.unwrap_or(Dynamic::Null))
    };
    Dynamic::Object(members.into_iter().map(reword).collect())
}

fn reworded_attribute(attribute: &Attribute, value: Dynamic) -> Dynamic {
    let is_free = attribute.mode == Mode::Optional && attribute.default.is_none();
    match (&attribute.kind, value) {
        _ if attribute.local => Dynamic::Null,
        (Kind::Plain(sparki_core::Type::String), Dynamic::Null) if is_free => "".into(),
        (Kind::Plain(sparki_core::Type::List(_)), Dynamic::Null) if is_free => Dynamic::List(Vec::new()),
        (_, Dynamic::List(elements)) if elements.is_empty() && is_free => Dynamic::Null,
        (_, Dynamic::String(text)) if text.is_empty() && is_free => Dynamic::Null,
        (Kind::Plain(_), Dynamic::String(text)) if attribute.equivalent.is_some() => {
            let document = serde_json::from_str::<serde_json::Value>(&text);
            document.map_or(text, |document| document.to_string()).as_str().into()
        }
        (Kind::Plain(_), value) => value,
        (Kind::Nested(_, object), Dynamic::List(elements)) => {
            Dynamic::List(elements.into_iter().map(|element| reworded(object, element)).collect())
        }
        (Kind::Nested(_, object), Dynamic::Set(elements)) => {
            Dynamic::set(elements.into_vec().into_iter().map(|element| reworded(object, element)).collect())
        }
        (Kind::Nested(_, object), Dynamic::Map(members)) => {
            Dynamic::Map(members.into_iter().map(|(key, element)| (key, reworded(object, element))).collect())
        }
        (Kind::Nested(_, object), single) => reworded(object, single),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_26),
        max_global_rejects: 100_000,
        max_local_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn terraform_accepts_every_plan_and_the_same_question_has_the_same_answer(
        config in configs(What::PartlyUnknown),
        prior in priors(),
    ) {
        let found = plan(&config, &prior);
        prop_assert_eq!(plan_violations(&machine().object, &prior, &config, &found.planned), vec![]);
        let again = plan(&config, &prior);
        prop_assert_eq!((again.action, again.planned, again.requires_replace), (found.action, found.planned, found.requires_replace));
    }

    #[test]
    fn a_plan_that_was_carried_out_leaves_nothing_to_do(config in configs(What::Config), prior in priors()) {
        let state = applied(&plan(&config, &prior));
        let again = plan(&config, &state);
        prop_assert_eq!(&again.planned, &state);
        prop_assert_eq!(again.action, Action::NoOp);
        prop_assert_eq!(again.requires_replace, vec![]);
    }

    #[test]
    fn configuration_that_was_generated_is_valid_and_leaves_nothing_to_do(config in configs(What::Config)) {
        let state = applied(&plan(&config, &Dynamic::Null));
        // Nobody knows the password that this is the version of.
        prop_assume!(state.attribute("password_wo_version").is_null());
        let generated = with_blocks(&machine().object, generate(&*MACHINE, &state));
        prop_assert!(!sparki_plan::validate(&machine().object, &generated).has_errors());
        prop_assert_eq!(&plan(&generated, &state).planned, &state);
    }

    #[test]
    fn an_answer_in_other_words_is_consistent_with_the_plan(config in configs(What::Config), prior in priors()) {
        let schema = &machine().object;
        let planned = plan(&config, &prior).planned;
        let state = settle(schema, &planned, reworded(schema, answer(schema, &planned)));
        prop_assert_eq!(result_violations(schema, &planned, &state), vec![]);
        prop_assert_eq!(plan(&config, &state).action, Action::NoOp);
    }
}
