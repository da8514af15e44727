//! `sparki-client-codegen`: writes the typed operations of the client anew.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use sparki_client_codegen::{Folder, FolderError};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    match run(&root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path) -> Result<(), FolderError> {
    for path in Folder::generate(root)?.write()? {
        eprintln!("wrote {}", path.strip_prefix(root).unwrap_or(&path).display());
    }
    Ok(())
}
