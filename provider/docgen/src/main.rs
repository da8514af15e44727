//! `sparki-docgen`: writes the reference pages, or checks that they are up to date.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use sparki_docgen::Site;

/// Writes the reference in docs/ from schemas and examples: everything but the guides.
#[derive(Parser)]
#[command(name = "sparki-docgen", version)]
struct Arguments {
    /// Write nothing; name each page that differs, and fail if there is one.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
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

fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let site = Site::generate(&root)?;
    if !arguments.check {
        for difference in site.write(&root)? {
            eprintln!("wrote {}", difference.path().display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let differences = site.differences(&root)?;
    for difference in &differences {
        eprintln!("{difference}");
    }
    if differences.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("Run \"cargo run -p sparki-docgen\" to write the reference again.");
    Ok(ExitCode::FAILURE)
}
