//! Every form of schema, and what is written for it. `UPDATE_EXPECT=1` writes the golden anew.

use std::path::Path;

use expect_test::expect_file;
use sparki_client_codegen::{Examples, generate};

#[test]
fn every_form_is_written_as_it_was() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let files = generate(include_str!("forms/openapi.yaml"), &Examples::default(), &root).unwrap();
    let written: Vec<String> =
        files.iter().map(|(path, text)| format!("==== {}\n\n{text}", path.display())).collect();
    expect_file!["forms/written.txt"].assert_eq(&written.join("\n"));
}

#[test]
fn an_example_stands_where_its_operation_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let example = "use std::fmt;\n\nclient.things().cut(\"t-1\").send().await?;\n";
    let examples = Examples::new([("cutThing".to_owned(), example.to_owned())]);
    let files = generate(include_str!("forms/openapi.yaml"), &examples, &root).unwrap();
    let operations = &files[Path::new("things/calls.rs")];
    let lines: Vec<&str> = operations.lines().map(str::trim).collect();
    let shown = lines.iter().position(|line| *line == "/// client.things().cut(\"t-1\").send().await?;");
    let method = lines.iter().position(|line| line.starts_with("pub fn cut("));
    assert!(shown.is_some() && shown < method, "{operations}");
}

#[test]
fn what_is_no_document_is_an_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let error = generate("paths: 1", &Examples::default(), &root).unwrap_err();
    assert_eq!(error.to_string(), "failed to read the OpenAPI document");
}
