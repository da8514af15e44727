//! The files in the repository are what the generator writes.

use std::path::Path;

use sparki_client_codegen::Folder;

#[test]
fn the_typed_operations_are_those_of_the_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let differences = Folder::generate(&root).unwrap().differences().unwrap();
    assert!(differences.is_empty(), "run \"cargo run -p sparki-client-codegen\": {differences:#?}");
}
