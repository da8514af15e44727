//! Where the build and the scripts have put things.

use std::path::{Path, PathBuf};

/// The top folder of the repository.
#[must_use]
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate is in tests/")
}

/// An executable of the workspace, built with the same profile as this one.
///
/// # Panics
/// When it is not there, with how to build it.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a process knows its executable");
    let mut folder = this.parent().expect("an executable is in a folder");
    if folder.ends_with("deps") {
        folder = folder.parent().expect("deps is in the profile's folder");
    }
    let path = folder.join(name);
    let flag = if folder.ends_with("release") { " --release" } else { "" };
    assert!(path.exists(), "{} is missing: run `cargo build --workspace{flag}` first", path.display());
    path
}

/// The Python that has the AWS stand-in.
#[must_use]
pub fn python() -> PathBuf {
    python_tool("python")
}

/// A program of the Python environment in the checkout.
///
/// # Panics
/// When it is not there, with how to install it.
#[must_use]
pub fn python_tool(name: &str) -> PathBuf {
    tool_of("python", name)
}

/// A program of one of the Python environments in the checkout.
pub(crate) fn tool_of(environment: &str, name: &str) -> PathBuf {
    let path = checkout().join(".work").join(environment).join("bin").join(name);
    assert!(path.exists(), "{} is missing: run `scripts/python-tools` first", path.display());
    path
}
