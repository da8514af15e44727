//! Terraform and its fork.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::version::Version;

/// A program that runs configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    path: PathBuf,
    registry: &'static str,
}

impl Tool {
    /// The hosts that a source without one may be on.
    pub(crate) const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

    /// What `TERRAFORM` names; otherwise terraform, or tofu where there is no terraform.
    ///
    /// # Panics
    /// When there is neither.
    #[must_use]
    pub fn preferred() -> Self {
        let tools = Self::all();
        tools.into_iter().next().expect("terraform or tofu is on PATH: run scripts/check-prerequisites")
    }

    /// All that are there, the preferred one first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let chosen = env::var("TERRAFORM").ok().filter(|name| !name.is_empty());
        let mut tools: Vec<Self> = Vec::new();
        for name in chosen.iter().map(String::as_str).chain(["terraform", "tofu"]) {
            tools.extend(Self::find(name).filter(|tool| !tools.contains(tool)));
        }
        tools
    }

    fn find(name: &str) -> Option<Self> {
        let path = if name.contains('/') {
            PathBuf::from(name)
        } else {
            let folders = env::var_os("PATH")?;
            env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())?
        };
        let is_tofu = path.file_name()?.to_string_lossy().contains("tofu");
        let [terraform, tofu] = Self::REGISTRIES;
        let registry = if is_tofu { tofu } else { terraform };
        path.is_file().then_some(Self { path, registry })
    }

    /// The executable.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is the fork.
    #[must_use]
    pub fn is_tofu(&self) -> bool {
        let [_, tofu] = Self::REGISTRIES;
        self.registry == tofu
    }

    /// Its version.
    ///
    /// # Panics
    /// When it does not tell.
    #[must_use]
    pub fn version(&self) -> Version {
        static KNOWN: Mutex<BTreeMap<PathBuf, Version>> = Mutex::new(BTreeMap::new());
        // Whoever failed to ask leaves nothing behind.
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || {
            let mut command = Command::new(&self.path);
            command.args(["version", "-json"]).env("CHECKPOINT_DISABLE", "1");
            let output = command.output().unwrap_or_else(|error| panic!("{self:?}: {error}"));
            let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
            // The fork has not renamed it.
            let text = answer["terraform_version"].as_str();
            Version::parse(text.unwrap_or_else(|| panic!("{self:?} tells no version: {output:?}")))
        };
        known.entry(self.path.clone()).or_insert_with(ask).clone()
    }

    /// The host that a source without one is on.
    #[must_use]
    pub fn registry(&self) -> &'static str {
        self.registry
    }
}
