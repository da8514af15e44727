//! States that earlier versions have written, under real Terraform.

use acceptance::{Action, Case};
use serde_json::{Value, json};
use sparki_core::Dynamic;

use crate::providers::Halls;

const CONFIG: &str = "provider \"depot\" {\n  hall = \"main\"\n}\n\
                      resource \"depot_box\" \"it\" {\n  label = \"books\"\n  grams = 2000\n}\n";

/// A case with a state in which a box was stored by a version of the provider, and the box itself.
fn stored(halls: &Halls, version: i64, attributes: &Value) -> Case {
    let box_of_now = Dynamic::object([
        ("id", "parcel-1".into()),
        ("label", "books".into()),
        ("grams", 2000_i64.into()),
        ("kilograms", Dynamic::Null),
    ]);
    halls.hall("main").change("parcel-1", box_of_now);
    let case = halls.case();
    case.configure(CONFIG);
    let instance = json!({ "schema_version": version, "attributes": attributes, "sensitive_attributes": [] });
    let provider = "provider[\"registry.terraform.io/sparki-io/depot\"]";
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "0f5b9c1e", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "depot_box", "name": "it",
            "provider": provider.replace("registry.terraform.io", case.tool().registry()),
            "instances": [instance],
        }],
    });
    case.terraform().write("terraform.tfstate", &state.to_string());
    case
}

#[test]
fn a_state_of_every_earlier_version_plans_to_no_change() {
    for (version, attributes) in [
        (0, json!({ "id": "parcel-1", "title": "books", "weight": "2 kg", "gone": [1] })),
        (1, json!({ "id": "parcel-1", "title": "books", "kilograms": 2 })),
        (2, json!({ "id": "parcel-1", "label": "books", "grams": 2000 })),
    ] {
        let halls = Halls::new();
        let case = stored(&halls, version, &attributes);
        let plan = case.plan_again(&[]);
        assert_eq!(plan.action("depot_box.it"), Action::NoOp, "version {version}");
    }
}

#[test]
fn a_state_of_a_newer_version_is_refused_with_what_to_do() {
    let halls = Halls::new();
    let case = stored(&halls, 3, &json!({ "id": "parcel-1" }));
    let output = case.terraform().run(&["plan", "-input=false", "-no-color"]);
    let text = output.stderr();
    assert!(
        text.contains("newer provider version") || text.contains("newer version of the provider"),
        "{text}"
    );
}

#[test]
fn an_earlier_state_that_is_none_is_refused_by_name() {
    let halls = Halls::new();
    let case = stored(&halls, 1, &json!({ "id": "parcel-1", "title": "books", "kilograms": "heavy" }));
    let output = case.terraform().run(&["plan", "-input=false", "-no-color"]);
    let text = output.stderr().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("kilograms: a number is required"), "{text}");
}
