//! A provider, installed as practitioners install it.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;

use crate::provider::Provider;
use crate::tool::Tool;

/// The version that this checkout is.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A folder with a provider in it, so that a build which goes on meanwhile does no harm.
#[derive(Debug)]
pub struct Installation {
    directory: TempDir,
    provider: Provider,
    executable: PathBuf,
}

impl Installation {
    /// The one of the provider of this repository that all tests use.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        Self::of(&Provider::sparki())
    }

    /// The one of a provider that all tests use.
    ///
    /// # Panics
    /// When the provider was not built.
    #[must_use]
    pub fn of(provider: &Provider) -> Arc<Self> {
        static SHARED: Mutex<BTreeMap<Provider, Weak<Installation>>> = Mutex::new(BTreeMap::new());
        // A test that failed while it installed the provider leaves nothing behind.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(installation) = shared.get(provider).and_then(Weak::upgrade) {
            return installation;
        }
        let installation = Arc::new(Self::make(provider, link));
        shared.insert(provider.clone(), Arc::downgrade(&installation));
        installation
    }

    /// One that no other test uses, with an executable that may be changed.
    ///
    /// # Panics
    /// When the provider was not built.
    #[must_use]
    pub fn own(provider: &Provider) -> Arc<Self> {
        let copy = |from: &Path, to: &Path| _ = fs::copy(from, to).expect("an executable can be copied");
        Arc::new(Self::make(provider, copy))
    }

    fn make(provider: &Provider, place: impl FnOnce(&Path, &Path)) -> Self {
        let source = provider.path();
        let target = source.parent().expect("an executable is in a folder");
        // Beside the executable, so that a link will do instead of a copy.
        let directory = tempfile::Builder::new()
            .prefix("acceptance-")
            .tempdir_in(target)
            .expect("the target folder is ours");
        let executable = directory.path().join(provider.executable_name());
        place(&source, &executable);
        Self { directory, provider: provider.clone(), executable }
    }

    /// The provider that is installed.
    #[must_use]
    pub fn which(&self) -> &Provider {
        &self.provider
    }

    /// The executable.
    #[must_use]
    pub fn provider(&self) -> &Path {
        &self.executable
    }

    /// Changes the executable, which runs as before: only its checksum is another.
    ///
    /// # Panics
    /// When it is the one that all tests use, or cannot be written.
    pub fn alter(&self) {
        use std::os::unix::fs::MetadataExt;
        let links = fs::metadata(&self.executable).expect("it was put there").nlink();
        let mirrored = self.mirrored().into_iter().filter(|path| path.exists());
        assert!(links as usize <= 1 + mirrored.count(), "others use this executable as well");
        // Beside it, and then in its place: a process that runs from it goes on.
        let altered = self.directory.path().join("altered");
        fs::copy(&self.executable, &altered).expect("an executable can be copied");
        let mut file = OpenOptions::new().append(true).open(&altered).expect("the copy is ours");
        file.write_all(b"\0altered").expect("the copy is ours");
        drop(file);
        let mirrored = self.mirrored().into_iter().filter(|path| path.exists()).collect::<Vec<_>>();
        fs::rename(&altered, &self.executable).expect("the folder is ours");
        for path in mirrored {
            fs::remove_file(&path).expect("the mirror is ours");
            link(&self.executable, &path);
        }
    }

    /// The folder that `dev_overrides` leads to.
    pub(crate) fn folder(&self) -> &Path {
        self.directory.path()
    }

    /// The folder of a filesystem mirror with the provider in it.
    ///
    /// # Panics
    /// When it cannot be made.
    pub(crate) fn mirror(&self, tool: &Tool) -> PathBuf {
        let installed = self.in_mirror(tool.registry());
        fs::create_dir_all(installed.parent().expect("it is in a folder")).expect("the mirror can be made");
        if !installed.exists() {
            link(&self.executable, &installed);
        }
        self.mirror_folder()
    }

    /// The folder of the mirror, which may have nothing in it yet.
    pub(crate) fn mirror_folder(&self) -> PathBuf {
        self.directory.path().join("mirror")
    }

    fn mirrored(&self) -> [PathBuf; 2] {
        Tool::REGISTRIES.map(|registry| self.in_mirror(registry))
    }

    fn in_mirror(&self, registry: &str) -> PathBuf {
        let platform = format!("{}_{}", operating_system(), architecture());
        let package =
            self.mirror_folder().join(registry).join(self.provider.source()).join(VERSION).join(platform);
        package.join(format!("{}_v{VERSION}", self.provider.executable_name()))
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
