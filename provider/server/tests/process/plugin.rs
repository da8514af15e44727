//! The real executable, started as Terraform starts it.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustls::pki_types::CertificateDer;
use tfplugin6::plugin::Empty;
use tfplugin6::plugin::grpc_controller_client::GrpcControllerClient;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::host::{Connector, HostCertificate};

pub(crate) const EXECUTABLE: &str = env!("CARGO_BIN_EXE_terraform-provider-sparki");
pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// What Terraform waits before it kills.
const PATIENCE: Duration = Duration::from_secs(2);

/// Longer than anything may take on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_SPARKI"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// A provider started as Terraform starts it.
pub(crate) struct Plugin {
    pub(crate) child: Child,
    pub(crate) stdout: BufReader<ChildStdout>,
    line: String,
    host: HostCertificate,
    _directory: tempfile::TempDir,
}

impl Plugin {
    pub(crate) async fn start(change: impl FnOnce(&mut Command)) -> Self {
        Self::start_by(command(EXECUTABLE), change).await
    }

    pub(crate) async fn start_by(mut command: Command, change: impl FnOnce(&mut Command)) -> Self {
        let host = HostCertificate::generate();
        let directory = tempfile::tempdir().unwrap();
        command
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_CLIENT_CERT", host.pem())
            .env("PLUGIN_UNIX_SOCKET_DIR", directory.path());
        change(&mut command);
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        timeout(LONG, stdout.read_line(&mut line)).await.unwrap().unwrap();
        Self { child, stdout, line, host, _directory: directory }
    }

    pub(crate) fn parts(&self) -> Vec<&str> {
        self.line.trim_end().split('|').collect()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.parts()[3].into()
    }

    pub(crate) fn connector(&self) -> Connector {
        let certificate = CertificateDer::from(STANDARD_NO_PAD.decode(self.parts()[5]).unwrap());
        Connector::tls(&self.socket(), &certificate, Some(&self.host))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.id().unwrap().try_into().unwrap();
        kill(Pid::from_raw(id), signal).unwrap();
    }

    pub(crate) async fn shut_down(&mut self) -> ExitStatus {
        let channel = self.connector().channel().await.unwrap();
        // The answer may get lost, as for every host: the process is ending.
        let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
        timeout(PATIENCE, self.child.wait()).await.expect("ends before it is killed").unwrap()
    }

    pub(crate) async fn stderr(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).await.unwrap();
        text
    }
}
