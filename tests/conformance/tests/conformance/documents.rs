//! What the documents for contributors promise.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::source_files::files;

/// The names between backticks that are longer than a word of code is: those of tests.
fn named(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter(|name| name.matches('_').count() >= 2 && !name.contains([' ', ':', '(', '/', '.']))
        .collect()
}

#[test]
fn every_test_that_the_protocol_page_names_exists() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/contributing/protocol.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let sources = files();
    let is_test = |name: &str| {
        let (plain, argument) = (format!("fn {name}()"), format!("fn {name}("));
        sources.iter().any(|(_, text)| {
            [&plain, &argument].into_iter().any(|start| {
                text.find(start.as_str()).is_some_and(|at| {
                    // Within a few lines before it, something makes it a test.
                    let before = &text[at.saturating_sub(400)..at];
                    before.contains("#[test]") || before.contains("#[tokio::test]")
                })
            })
        })
    };
    let names = named(&page);
    assert!(names.len() > 120, "only {} tests are named", names.len());
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| !["use_state_for_unknown", "prefer_write_only"].contains(name) && !is_test(name))
        .collect();
    assert!(missing.is_empty(), "docs/contributing/protocol.md names tests that do not exist: {missing:#?}");
}
