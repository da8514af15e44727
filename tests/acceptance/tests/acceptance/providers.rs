//! Other providers than that of this repository, and several at once.

use std::path::Path;

use acceptance::{Action, Case, ControlPlane, Driver, Provider, Setup};
use depot::Hall;
use sparki_core::Dynamic;
use tempfile::TempDir;

use crate::subject::workspace_around;

/// The folder in which the test provider keeps its halls.
pub(crate) struct Halls(TempDir);

impl Halls {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for halls"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn hall(&self, name: &str) -> Hall {
        Hall::in_directory(self.path(), name)
    }

    /// The setup of a case whose parcels are in these halls, and which looks in the main one that nothing remains.
    pub(crate) fn setup(&self, setup: Setup) -> Setup {
        let main = self.hall("main");
        setup.set(Hall::DIRECTORY, &self.path().to_string_lossy()).remote(
            move |kind: &str, attributes: &serde_json::Map<_, serde_json::Value>| {
                let id = attributes["id"].as_str().expect("a parcel has an id");
                (kind == depot::PARCEL).then(|| main.find(id).is_none())
            },
        )
    }

    pub(crate) fn case(&self) -> Case {
        self.setup(Setup::new(&Provider::depot())).case()
    }
}

/// A parcel called "it" in the main hall.
pub(crate) fn parcel(attributes: &str) -> String {
    format!(
        "provider \"depot\" {{\n  hall = \"main\"\n}}\nresource \"depot_parcel\" \"it\" {{\n  name = \"books\"\n  {attributes}\n}}\n"
    )
}

pub(crate) const IT: &str = "depot_parcel.it";

#[test]
fn a_parcel_outlives_the_process_that_made_it() {
    let halls = Halls::new();
    let case = halls.case();
    let applied = case.apply(&parcel("labels = { to = \"here\" }"));
    assert_eq!(applied.plan.action(IT), Action::Create);
    let id = applied.state.text(IT, "/id").to_owned();
    let stored = halls.hall("main").find(&id).expect("it is in the hall");
    assert_eq!(stored.attribute("name"), &Dynamic::from("books"));
    halls.hall("main").remove(&id);
    let again = case.apply(&parcel(""));
    assert_eq!(again.plan.action(IT), Action::Create);
    case.finish();
    assert_eq!(halls.hall("main").ids(), [] as [&str; 0]);
}

#[test]
fn two_providers_work_in_one_configuration_whatever_the_driver() {
    for driver in [Driver::DevOverrides, Driver::Mirror] {
        let halls = Halls::new();
        let both = Setup::new(&Provider::sparki()).and(&Provider::depot()).driver(driver);
        let case = halls.setup(both.control_plane(ControlPlane::shared())).case();
        let slug = case.unique("acme");
        let applied = case.apply(
            &format!("{}{}", workspace_around(&slug), parcel("grams = 3"))
                .replace("\"books\"", "sparki_workspace.around.id"),
        );
        assert_eq!(applied.state.value(IT, "/name"), applied.state.value("sparki_workspace.around", "/id"));
        case.finish();
    }
}

#[test]
#[should_panic(expected = "depot_parcel.it remains")]
fn what_remains_after_a_destruction_is_found() {
    let halls = Halls::new();
    let nothing_goes = |_: &str, _: &serde_json::Map<_, serde_json::Value>| Some(false);
    let setup = Setup::new(&Provider::depot()).set(Hall::DIRECTORY, &halls.path().to_string_lossy());
    let case = setup.remote(nothing_goes).case();
    case.apply(&parcel(""));
    case.finish();
}

#[test]
#[should_panic(expected = "no remote knows whether depot_parcel.it is gone")]
fn what_nobody_can_look_for_is_not_taken_to_be_gone() {
    let halls = Halls::new();
    let case = Setup::new(&Provider::depot()).set(Hall::DIRECTORY, &halls.path().to_string_lossy()).case();
    case.apply(&parcel(""));
    case.finish();
}
