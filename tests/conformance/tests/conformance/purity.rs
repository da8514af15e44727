//! Planning does no I/O: nothing that could is among the crates it is built from.

use std::collections::{BTreeSet, VecDeque};

use cargo_metadata::{DependencyKind, Metadata, PackageId};

use crate::edges::metadata;

/// Crates that open sockets or files, read clocks for somebody, or make random numbers.
const DENIED: [&str; 16] = [
    "async-std",
    "axum",
    "getrandom",
    "hyper",
    "mio",
    "native-tls",
    "rand",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "tonic",
    "ureq",
    "uuid",
];

/// The one way to such a crate that is none: a token for cancellation, which uses no part of tokio but its locks.
const TOLERATED: (&str, &str) = ("tokio-util", "tokio");

/// The denied crates that `root` is built from, each with the crate that brings it in.
fn denied(metadata: &Metadata, root: &str) -> Vec<String> {
    let resolve = metadata.resolve.as_ref().expect("cargo resolves the workspace");
    let name = |id: &PackageId| metadata[id].name.as_str();
    let root = metadata.workspace_packages().into_iter().find(|package| package.name == root);
    let root = root.expect("the crate is in the workspace").id.clone();
    let (mut seen, mut queue) = (BTreeSet::from([root.clone()]), VecDeque::from([root]));
    let mut found = Vec::new();
    while let Some(id) = queue.pop_front() {
        let node = resolve.nodes.iter().find(|node| node.id == id).expect("every package is resolved");
        for dependency in &node.deps {
            let from_to = (name(&id), name(&dependency.pkg));
            let is_built_in = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if !is_built_in || from_to == TOLERATED {
                continue;
            }
            if DENIED.contains(&from_to.1) {
                found.push(format!("{} through {}", from_to.1, from_to.0));
            }
            if seen.insert(dependency.pkg.clone()) {
                queue.push_back(dependency.pkg.clone());
            }
        }
    }
    found
}

#[test]
fn planning_is_built_from_nothing_that_does_io() {
    let metadata = metadata();
    for root in ["sparki-core", "sparki-plan"] {
        assert_eq!(denied(&metadata, root), Vec::<String>::new(), "{root} must stay pure");
    }
}

#[test]
fn the_search_would_find_what_it_looks_for() {
    assert!(!denied(&metadata(), "sparki-client").is_empty());
}
