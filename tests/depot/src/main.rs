//! The provider's executable.

use std::process::ExitCode;
use std::sync::Arc;

use depot::Depot;

fn main() -> ExitCode {
    tfplugin_server::run(Arc::new(Depot::new()))
}
