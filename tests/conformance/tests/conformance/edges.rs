//! Which crate may depend on which: the table of the architecture page.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate with its layer. A crate depends only on lower ones.
const LAYERS: [(&str, u8); 24] = [
    ("sparki-core", 0),
    ("sparki-derive", 0),
    ("tfplugin6", 0),
    ("postgres-server", 0),
    ("reference-server", TESTS),
    ("sparki-plan", 1),
    ("sparki-client", 1),
    ("sparki-client-codegen", 1),
    ("sparki-aws", 1),
    ("sparki-resources", 2),
    ("sparki-topology", 2),
    ("sparki-reconcile", 2),
    ("tfplugin-server", 2),
    ("sparki", 3),
    ("terraform-provider-sparki", 3),
    ("sparki-docgen", 3),
    ("sparki-cli", 3),
    ("sparki-control-plane", 3),
    ("sparki-aws-sim", TESTS),
    ("acceptance", TESTS),
    ("conformance", TESTS),
    ("depot", TESTS),
    ("bench", TESTS),
    ("fuzz", TESTS),
];

/// Test crates depend on whatever they test, and on each other.
const TESTS: u8 = 4;

/// Edges that are there although they do not lead downward, each with its reason.
const EXCEPTIONS: [(&str, &str, &str); 6] = [
    ("sparki-derive", "sparki-core", "its tests compile what it generates"),
    ("sparki-client", "reference-server", "its examples run against the reference server"),
    ("sparki-topology", "sparki-aws-sim", "its tests run against the stand-in"),
    ("sparki", "sparki-aws-sim", "its checks of plans are tested against the stand-in"),
    ("sparki-cli", "sparki", "it is a thin user of the SDK"),
    (
        "sparki-docgen",
        "terraform-provider-sparki",
        "the reference describes the provider's own configuration too",
    ),
];

pub(crate) fn metadata() -> Metadata {
    // Crates of other platforms may not have been fetched yet, so this may not be offline.
    MetadataCommand::new().other_options(["--locked".into()]).exec().expect("cargo describes the workspace")
}

/// What is wrong with the edges of a crate.
fn wrong_edges(package: &Package, layers: &BTreeMap<&str, u8>) -> Vec<String> {
    let name = package.name.as_str();
    let Some(layer) = layers.get(name) else {
        return vec![format!("{name} has no layer: add it to the table, there and in architecture.md")];
    };
    let wrong = package.dependencies.iter().filter(|dependency| {
        let is_exception =
            EXCEPTIONS.iter().any(|(from, to, _)| (*from, *to) == (name, dependency.name.as_str()));
        let is_downward = layers.get(dependency.name.as_str()).is_none_or(|other| other < layer);
        !is_downward && !is_exception && *layer != TESTS
    });
    wrong
        .map(|dependency| {
            let kind = if dependency.kind == DependencyKind::Development { " (for tests)" } else { "" };
            format!("{name} depends on {}{kind}, which is not on a lower layer", dependency.name)
        })
        .collect()
}

#[test]
fn crates_depend_only_on_lower_layers() {
    let layers = BTreeMap::from(LAYERS);
    let metadata = metadata();
    let wrong: Vec<_> =
        metadata.workspace_packages().into_iter().flat_map(|package| wrong_edges(package, &layers)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_provider_knows_the_wire() {
    let metadata = metadata();
    let packages = metadata.workspace_packages().into_iter();
    let users = packages.filter(|package| package.dependencies.iter().any(|edge| edge.name == "tfplugin6"));
    let wrong: Vec<_> = users
        .map(|package| package.name.as_str())
        .filter(|name| !["tfplugin-server", "acceptance", "bench", "depot"].contains(name))
        .collect();
    assert!(wrong.is_empty(), "wire types stay in provider/, but these crates use them: {wrong:?}");
}
