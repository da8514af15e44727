//! A provider that was started by hand, for Terraform to attach to.

use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::Arc;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::installation::Installation;
use crate::provider::Provider;
use crate::server::Server;
use crate::setup::Setup;
use crate::tool::Tool;

/// A provider process with `--debug`. Several cases may use it at once; dropping it ends it.
///
/// ```no_run
/// use acceptance::{Debugged, Provider};
///
/// let debugged = Debugged::start(&Provider::depot());
/// let case = debugged.setup().case();
/// assert!(debugged.end().success());
/// # let _ = case;
/// ```
pub struct Debugged {
    // In this order they are dropped: the process before what it runs from.
    server: Server,
    _folder: TempDir,
    installation: Arc<Installation>,
    variable: String,
}

impl Debugged {
    /// Starts a provider, and reads from what it prints how to attach to it.
    ///
    /// # Panics
    /// When it does not start, or prints something else.
    #[must_use]
    pub fn start(provider: &Provider) -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let installation = Installation::of(provider);
        let mut command = Command::new(installation.provider());
        // It is not to find what whoever runs the tests has configured.
        command.arg("--debug").env("HOME", folder.path());
        let mut server = Server::start("the provider", &command, &folder.path().join("log"));
        let variable = server.wait_until(|server| {
            let log = server.log();
            let (_, after) = log.split_once("TF_REATTACH_PROVIDERS='")?;
            let (value, _) = after.split_once('\'')?;
            Some(value.to_owned())
        });
        Self { server, _folder: folder, installation, variable }
    }

    /// The driver that leads the tool to the process.
    #[must_use]
    pub fn driver(&self, tool: &Tool) -> Driver {
        // The variable names Terraform's registry; another tool asks for the same provider under its own.
        let [terraform, _] = Tool::REGISTRIES;
        Driver::Reattach(self.variable.replace(terraform, tool.registry()))
    }

    /// A setup whose cases use the process.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let tool = Tool::preferred();
        Setup::new(self.installation.which()).driver(self.driver(&tool)).tool(&tool)
    }

    /// What it says of itself: protocol, process id, address.
    ///
    /// # Panics
    /// When it says nothing about the provider.
    #[must_use]
    pub fn announcement(&self) -> Value {
        let [terraform, _] = Tool::REGISTRIES;
        let all: Value = serde_json::from_str(&self.variable).expect("the variable is JSON");
        let source = self.installation.which().source();
        let own = &all[format!("{terraform}/{source}")];
        assert!(own.is_object(), "{source} is not announced: {all}");
        own.clone()
    }

    /// The id of the process, as it says.
    ///
    /// # Panics
    /// When it says none.
    #[must_use]
    pub fn id(&self) -> Pid {
        let id = self.announcement()["Pid"].as_i64().and_then(|id| id.try_into().ok());
        Pid::from_raw(id.expect("the process says its id"))
    }

    /// Where it listens.
    ///
    /// # Panics
    /// When it says nowhere.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.announcement()["Addr"]["String"].as_str().expect("the process says where it listens").into()
    }

    /// What it has printed so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// Interrupts the process by its own id, and waits until it and its socket are gone.
    ///
    /// # Panics
    /// When it stays.
    #[must_use]
    pub fn end(mut self) -> ExitStatus {
        let (id, socket) = (self.id(), self.socket());
        kill(id, Signal::SIGINT).expect("the process is there");
        let status = self.server.ended();
        assert!(kill(id, None).is_err(), "process {id} is still there");
        assert!(!socket.exists(), "{} is still there", socket.display());
        status
    }
}
