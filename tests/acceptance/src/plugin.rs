//! A provider's executable, started as Terraform starts it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustls::pki_types::CertificateDer;
use tfplugin6::plugin::Empty;
use tfplugin6::plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin6::v6::provider_client::ProviderClient;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use tonic::transport::Channel;

use crate::host::{Connector, HostCertificate};

/// What Terraform waits before it kills.
const PATIENCE: Duration = Duration::from_secs(2);

/// Longer than anything may take on a busy machine.
const LONG: Duration = Duration::from_secs(30);

/// A provider process. It is killed when it is dropped.
pub struct Plugin {
    /// The process, or whatever was started in its place.
    pub child: Child,
    /// What it prints after the handshake line.
    pub stdout: BufReader<ChildStdout>,
    /// From the start of the process to its handshake line.
    pub start: Duration,
    line: String,
    host: HostCertificate,
    _directory: tempfile::TempDir,
}

impl Plugin {
    /// What tells a provider that Terraform started it: the name and the value of a variable.
    pub const COOKIE: (&str, &str) =
        ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

    /// A program with all three streams taken, and an environment that asks for no log.
    #[must_use]
    pub fn command(program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TF_LOG") {
                command.env_remove(name);
            }
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Starts a provider and waits for its handshake line.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(executable: &Path) -> Self {
        Self::start_with(executable, |_| {}).await
    }

    /// The same with a command that is changed first.
    ///
    /// # Panics
    /// When there is no handshake line.
    pub async fn start_with(executable: &Path, change: impl FnOnce(&mut Command)) -> Self {
        Self::start_by(Self::command(executable), change).await
    }

    /// The same by a command that starts the provider.
    ///
    /// # Panics
    /// When there is no handshake line.
    pub async fn start_by(mut command: Command, change: impl FnOnce(&mut Command)) -> Self {
        let host = HostCertificate::generate();
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        command
            .env(Self::COOKIE.0, Self::COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_CLIENT_CERT", host.pem())
            .env("PLUGIN_UNIX_SOCKET_DIR", directory.path());
        change(&mut command);
        let started = Instant::now();
        let mut child = command.spawn().expect("the provider starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it was asked for"));
        let mut line = String::new();
        let read = timeout(LONG, stdout.read_line(&mut line)).await.expect("the provider prints in time");
        let _ = read.expect("the provider prints a line");
        let start = started.elapsed();
        assert!(line.starts_with("1|6|unix|"), "not a handshake: {line:?}");
        Self { child, stdout, start, line, host, _directory: directory }
    }

    /// The parts of the handshake line.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        self.line.trim_end().split('|').collect()
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.parts()[3].into()
    }

    /// How Terraform connects: mutual TLS over the socket.
    ///
    /// # Panics
    /// When the line has no certificate.
    #[must_use]
    pub fn connector(&self) -> Connector {
        let certificate = STANDARD_NO_PAD.decode(self.parts()[5]).expect("the line has a certificate");
        Connector::tls(&self.socket(), &CertificateDer::from(certificate), Some(&self.host))
    }

    /// A client on a connection of its own.
    ///
    /// # Panics
    /// When the provider refuses.
    pub async fn connect(&self) -> ProviderClient<Channel> {
        self.connector().provider().await.expect("the provider accepts Terraform")
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| id.try_into().ok()).expect("the process is there");
        kill(Pid::from_raw(id), signal).expect("a child can be signalled");
    }

    /// Ends the process as Terraform does.
    ///
    /// # Panics
    /// When it does not end before Terraform would kill it.
    pub async fn shut_down(&mut self) -> ExitStatus {
        let channel = self.connector().channel().await.expect("the provider accepts Terraform");
        // The answer may get lost, as for every host: the process is ending.
        let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
        let ended = timeout(PATIENCE, self.child.wait()).await.expect("ends before it is killed");
        ended.expect("a child can be waited for")
    }

    /// Everything that it has written to standard error, to its end.
    ///
    /// # Panics
    /// When it was taken before.
    pub async fn stderr(&mut self) -> String {
        let mut bytes = Vec::new();
        let mut stream = self.child.stderr.take().expect("nobody has taken it");
        let _ = stream.read_to_end(&mut bytes).await.expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Resident memory in bytes, where the system tells.
    #[must_use]
    pub fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib * 1024)
    }
}
