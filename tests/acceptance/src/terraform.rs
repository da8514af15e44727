//! A folder with a configuration, and the commands that are run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::driver::Driver;
use crate::installation::Installation;
use crate::lock_file::LockFile;
use crate::output::Output;
use crate::running::Running;
use crate::stand_in::REGION;
use crate::tool::Tool;

/// A Terraform working directory that knows nothing of whoever runs the tests: no home, no variables, no network.
pub struct Terraform {
    directory: TempDir,
    tool: Tool,
    environment: BTreeMap<String, String>,
    installations: Vec<Arc<Installation>>,
}

impl Terraform {
    /// Makes an empty working directory for the provider of this repository.
    ///
    /// # Panics
    /// When there is no room for one.
    #[must_use]
    pub fn new(tool: &Tool, driver: &Driver) -> Self {
        Self::with(tool, driver, vec![Installation::shared()])
    }

    /// Makes an empty working directory for these providers.
    ///
    /// # Panics
    /// When there is no room for one.
    #[must_use]
    pub fn with(tool: &Tool, driver: &Driver, installations: Vec<Arc<Installation>>) -> Self {
        let directory = tempfile::tempdir().expect("there is room for a configuration");
        let settings = directory.path().join("terraform.rc");
        let text = driver.cli_configuration(tool, &installations);
        fs::write(&settings, text).expect("the folder is ours");
        let home = directory.path().join("home");
        fs::create_dir(&home).expect("the folder is ours");
        let mut terraform =
            Self { directory, tool: tool.clone(), environment: BTreeMap::new(), installations };
        terraform.set("TF_CLI_CONFIG_FILE", &settings.to_string_lossy());
        terraform.set("HOME", &home.to_string_lossy());
        for (name, value) in [
            ("CHECKPOINT_DISABLE", "1"),
            ("TF_IN_AUTOMATION", "1"),
            ("TF_INPUT", "0"),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", "acceptance"),
            ("AWS_SECRET_ACCESS_KEY", "acceptance"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            // Nobody listens there: what should not talk to AWS fails at once.
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
            ("RUST_BACKTRACE", "1"),
        ] {
            terraform.set(name, value);
        }
        if let Driver::Reattach(providers) = driver {
            terraform.set("TF_REATTACH_PROVIDERS", providers);
        }
        terraform
    }

    /// Sets an environment variable for the commands that follow.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Removes an environment variable.
    pub fn unset(&mut self, name: &str) {
        self.environment.remove(name);
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The executable of the provider, the first if there are several.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn provider(&self) -> &Path {
        self.installations.first().expect("there is a provider").provider()
    }

    /// Writes a file into the folder.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the folder is ours");
        fs::write(path, text).expect("the folder is ours");
    }

    /// Reads a file of the folder; none if it is not there.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.file(name)).ok()
    }

    /// Removes a file of the folder.
    ///
    /// # Panics
    /// When it is not there.
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.file(name)).expect("the file is there");
    }

    /// The dependency lock file, if `init` has written one.
    #[must_use]
    pub fn lock_file(&self) -> Option<LockFile> {
        let bytes = self.read(".terraform.lock.hcl")?;
        Some(LockFile::new(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Runs a command to its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.start(arguments).wait()
    }

    /// Starts a command.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(arguments))
    }

    /// Prepares the folder for a driver that needs it.
    pub fn init(&self) {
        let _ = self.run(&["init", "-input=false", "-no-color"]).succeeded();
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.tool.path());
        command.args(arguments).current_dir(self.path()).env_clear();
        // The rest of the environment stays behind: proxies, profiles, credentials, TF_ variables.
        for name in ["PATH", "TMPDIR", "LLVM_PROFILE_FILE"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(&self.environment);
        command
    }
}
