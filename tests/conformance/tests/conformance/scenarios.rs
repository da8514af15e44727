//! Every resource type on AWS is gone through from its beginning to its end, and the page on coverage says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate is in tests/")
}

fn types() -> BTreeSet<String> {
    let registry = sparki_topology::registry();
    registry.resources().keys().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_type_on_aws_has_a_life() {
    let folder = |kind: &str| -> PathBuf { checkout().join("tests/acceptance/scenarios").join(kind) };
    let needed = ["scenario.json", "remote.py"];
    let missing: Vec<_> = types()
        .iter()
        .flat_map(|kind| needed.map(|file| folder(kind).join(file)))
        .filter(|path| !path.is_file())
        .collect();
    assert!(missing.is_empty(), "missing: {missing:#?}");
    for kind in types() {
        let entries = fs::read_dir(folder(&kind)).expect("the folder can be read");
        let paths = entries.map(|entry| entry.expect("the folder can be read").path());
        let steps = paths.filter(|path| path.extension().is_some_and(|it| it == "tf")).count();
        assert!(steps > 1, "{kind} is made, but never changed");
    }
}

#[test]
fn the_page_on_coverage_has_every_type_and_the_stand_in_plays_it_whole() {
    let page = fs::read_to_string(checkout().join("docs/contributing/aws-coverage.md"));
    let page = page.expect("`make coverage` writes the page");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<(&str, &str)> = rows.filter_map(|row| row.split_once("` | ")).collect();
    let listed: BTreeSet<_> = rows.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(listed, types(), "run `make coverage`");
    let failing: Vec<_> = rows.iter().filter(|(_, cells)| !cells.starts_with("all |")).collect();
    assert!(failing.is_empty(), "the stand-in has to play these whole: {failing:?}");
}
