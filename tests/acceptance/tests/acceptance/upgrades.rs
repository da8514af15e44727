//! States that released versions have written, read by this one.

use std::fs;
use std::path::PathBuf;

use acceptance::{Case, Expected, Plugin, Scenario, StandIn, built, checkout};
use serde_json::Value;
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::{RawState, upgrade_resource_state};

use crate::whole::{Whole, stored};

/// Set it to write the states that are missing, from objects that are really made.
const UPDATE: &str = "UPDATE_FIXTURES";

fn fixture(kind: &str, version: i64) -> PathBuf {
    checkout().join("tests/acceptance/fixtures").join(kind).join(format!("{version}.json"))
}

/// Every version of every type: `sparki_project`, 0.
fn versions() -> Vec<(&'static str, i64)> {
    let sparki = Sparki::new();
    let types = sparki.registry().resources().iter();
    types.flat_map(|(kind, it)| (0..=it.schema().version).map(|version| (*kind, version))).collect()
}

/// Writes those states of a case that are missing.
fn store(case: &Case, missing: &[(&str, i64)]) {
    for (kind, version, attributes) in stored(case) {
        let version = i64::try_from(version).expect("a version is small");
        let path = fixture(&kind, version);
        if missing.contains(&(kind.as_str(), version)) && !path.exists() {
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the checkout is ours");
            let text = serde_json::to_string_pretty(&attributes).expect("a state is JSON");
            fs::write(&path, format!("{text}\n")).expect("the checkout is ours");
        }
    }
}

#[test]
fn every_schema_version_of_every_type_has_a_stored_state() {
    let mut missing = versions();
    missing.retain(|(kind, version)| !fixture(kind, *version).exists());
    if !missing.is_empty() && std::env::var_os(UPDATE).is_some() {
        let whole = Whole::new();
        whole.case.apply(&whole.config());
        store(&whole.case, &missing);
        whole.case.finish();
        let aws = StandIn::simulated();
        let lives = Scenario::kinds().into_iter().filter(|kind| missing.iter().any(|(it, _)| it == kind));
        for kind in lives.filter(|kind| !Whole::types().contains(kind.as_str())) {
            let (case, _) = Scenario::of(&kind).converge(&aws, 1);
            store(&case, &missing);
            case.finish();
        }
        missing.retain(|(kind, version)| !fixture(kind, *version).exists());
    }
    assert!(
        missing.is_empty(),
        "no stored state of {missing:?}: run this test with {UPDATE}=1 and commit the files"
    );
}

/// Gives a stored state the attributes that came later, at any depth. They take no new version, and have no value.
fn fill_in(stored: &mut Value, upgraded: &Value) {
    match (stored, upgraded) {
        (Value::Object(stored), Value::Object(upgraded)) => {
            for (name, upgraded) in upgraded {
                fill_in(stored.entry(name).or_insert(Value::Null), upgraded);
            }
        }
        (Value::Array(stored), Value::Array(upgraded)) => {
            stored.iter_mut().zip(upgraded).for_each(|(stored, upgraded)| fill_in(stored, upgraded));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_stored_state_is_read_by_the_executable() {
    let mut plugin = Plugin::start(&built("terraform-provider-sparki")).await;
    let mut provider = plugin.connect().await;
    let sparki = Sparki::new();
    for (kind, version) in versions() {
        let bytes =
            fs::read(fixture(kind, version)).unwrap_or_else(|error| panic!("{kind} {version}: {error}"));
        let raw_state = RawState { json: bytes.clone().into(), ..RawState::default() };
        let request =
            upgrade_resource_state::Request { type_name: kind.into(), version, raw_state: Some(raw_state) };
        let answer = provider.upgrade_resource_state(request).await.unwrap().into_inner();
        assert!(answer.diagnostics.is_empty(), "{kind} {version}: {:?}", answer.diagnostics);
        let schema = sparki.registry().resources()[kind].schema();
        let upgraded = dynamic_value::decode(answer.upgraded_state.as_ref(), &schema.object.ty()).unwrap();
        let upgraded = upgraded.to_json().expect("a state is wholly known");
        // What has kept its form has kept its value.
        if version == schema.version {
            let mut stored: Value = serde_json::from_slice(&bytes).unwrap();
            fill_in(&mut stored, &upgraded);
            Expected::exact(stored)
                .check(&upgraded)
                .unwrap_or_else(|wrong| panic!("{kind} {version}: {wrong}"));
        }
    }
    assert!(plugin.shut_down().await.success());
}

#[tokio::test]
async fn a_stored_state_of_a_later_version_or_of_no_form_is_refused_with_a_reason() {
    let plugin = Plugin::start(&built("terraform-provider-sparki")).await;
    let mut provider = plugin.connect().await;
    for (kind, _) in versions() {
        for (version, json) in [(99, "{}"), (0, "[]"), (0, "{\"id\": {}}")] {
            let raw_state = RawState { json: json.as_bytes().to_vec().into(), ..RawState::default() };
            let request = upgrade_resource_state::Request {
                type_name: kind.into(),
                version,
                raw_state: Some(raw_state),
            };
            let answer = provider.upgrade_resource_state(request).await.unwrap().into_inner();
            assert!(!answer.diagnostics.is_empty(), "{kind} {version} {json}");
        }
    }
}
