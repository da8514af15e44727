//! The provider's executable.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_sparki::Sparki;

fn main() -> ExitCode {
    tfplugin_server::run(Arc::new(Sparki::new()))
}
