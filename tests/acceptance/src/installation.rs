//! The provider, installed as practitioners install it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::artifacts::built;
use crate::shared::Shared;
use crate::tool::Tool;

/// The version that this checkout is.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A folder with the provider in it, so that a build which goes on meanwhile does no harm.
pub struct Installation {
    directory: TempDir,
    provider: PathBuf,
}

impl Installation {
    /// The one that all tests use.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: Shared<Installation> = Shared::new();
        SHARED.get(Self::make)
    }

    fn make() -> Self {
        let source = built("terraform-provider-sparki");
        let target = source.parent().expect("an executable is in a folder");
        // Beside the executable, so that a link will do instead of a copy.
        let directory = tempfile::Builder::new()
            .prefix("acceptance-")
            .tempdir_in(target)
            .expect("the target folder is ours");
        let provider = directory.path().join("terraform-provider-sparki");
        link(&source, &provider);
        Self { directory, provider }
    }

    /// The executable.
    #[must_use]
    pub fn provider(&self) -> &Path {
        &self.provider
    }

    /// The text of a CLI configuration that takes the provider from its folder, without an installation.
    #[must_use]
    pub fn dev_overrides(&self) -> String {
        format!(
            "provider_installation {{\n  dev_overrides {{\n    \"sparki-io/sparki\" = {:?}\n  }}\n  filesystem_mirror {{\n    \
             path = {:?}\n  }}\n}}\n",
            self.directory.path(),
            self.directory.path().join("mirror"),
        )
    }

    /// The text of a CLI configuration that installs the provider from a mirror, and nothing from elsewhere.
    ///
    /// # Panics
    /// When the mirror cannot be made.
    #[must_use]
    pub fn mirror(&self, tool: &Tool) -> String {
        let mirror = self.directory.path().join("mirror");
        let platform = format!("{}_{}", operating_system(), architecture());
        let package = mirror.join(tool.registry()).join("sparki-io/sparki").join(VERSION).join(platform);
        fs::create_dir_all(&package).expect("the mirror can be made");
        let installed = package.join(format!("terraform-provider-sparki_v{VERSION}"));
        if !installed.exists() {
            link(&self.provider, &installed);
        }
        format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n")
    }
}

fn link(from: &Path, to: &Path) {
    // Another test may make the same link at the same time.
    if fs::hard_link(from, to).is_err() && !to.exists() {
        fs::copy(from, to).expect("an executable can be copied");
    }
}

/// As Go calls it.
fn operating_system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

/// As Go calls it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
