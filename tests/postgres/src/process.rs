//! Setting a server up, starting it, and ending it.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use nix::unistd::{Gid, Uid, chown};
use tempfile::TempDir;

use crate::binaries;

/// How long the server may take to answer its first query.
const PATIENCE: Duration = Duration::from_secs(60);
/// Whom the server runs as when the tests run as root, whom PostgreSQL refuses: the customary nobody.
const NOBODY: u32 = 65_534;

/// Whether what is acknowledged survives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is flushed to the disk: fast, for tests that kill nothing but processes.
    Volatile,
    /// As PostgreSQL comes: for measurements.
    Durable,
}

/// A running server.
#[derive(Debug)]
pub struct PostgresServer {
    /// Ends the server when its standard input ends, which it does with this process, however that ends.
    guardian: Child,
    programs: PathBuf,
    port: u16,
    databases: AtomicU64,
}

/// The server that all tests of a process share.
///
/// # Panics
///
/// When there is no PostgreSQL, or it does not start.
pub fn shared() -> &'static PostgresServer {
    static SHARED: OnceLock<PostgresServer> = OnceLock::new();
    SHARED.get_or_init(|| PostgresServer::start(Durability::Volatile))
}

impl PostgresServer {
    /// Starts a server of one's own.
    ///
    /// # Panics
    ///
    /// When there is no PostgreSQL, or it does not start.
    pub fn start(durability: Durability) -> Self {
        let programs = binaries::folder();
        let folder = folder();
        let mut setup = Command::new(programs.join("initdb"));
        setup.args(["--username=sparki", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        succeed(unprivileged(&mut setup).arg(data(&folder)), "initdb");
        Self::launch(programs, folder, durability)
    }

    /// Starts a server that follows this one and takes no changes until it is promoted.
    ///
    /// # Panics
    ///
    /// When this server does not let itself be copied, or the copy does not start.
    pub fn standby(&self) -> Self {
        let folder = folder();
        let mut copy = Command::new(self.programs.join("pg_basebackup"));
        copy.args(["-h", "127.0.0.1", "-U", "sparki", "-X", "stream", "-c", "fast", "-R", "--no-sync", "-p"]);
        succeed(
            unprivileged(&mut copy).arg(self.port.to_string()).arg("-D").arg(data(&folder)),
            "pg_basebackup",
        );
        Self::launch(self.programs.clone(), folder, Durability::Volatile)
    }

    fn launch(programs: PathBuf, folder: TempDir, durability: Durability) -> Self {
        let data = data(&folder);
        // Between choosing a port and taking it somebody else may take it: then another is tried.
        for _ in 0..5 {
            let port = free_port();
            let mut guardian = watch(&programs, &data, port, durability);
            if answers(&programs, port, &mut guardian) {
                // The guardian removes the folder: a server that all tests share is never dropped.
                let _ = folder.keep();
                return Self { guardian, programs, port, databases: AtomicU64::new(0) };
            }
            let _ = guardian.wait();
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start. Its log:\n{log}");
    }

    /// Creates an empty database and answers with its URL.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.query(&format!("CREATE DATABASE {name} STRATEGY wal_log"));
        format!("postgres://sparki@127.0.0.1:{}/{name}", self.port)
    }

    /// The URL of the same database on this server, for one of the server it follows.
    ///
    /// # Panics
    ///
    /// When this is no URL of a database.
    pub fn url_like(&self, url: &str) -> String {
        let (_, name) = url.rsplit_once('/').expect("a database URL ends in its name");
        format!("postgres://sparki@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs a statement in the database `postgres` and answers with what `psql` prints of it, unadorned.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn query(&self, statement: &str) -> String {
        let output = succeed(client(&self.programs, self.port).arg(statement), "psql");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Everything a database holds, as SQL.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn dump(&self, url: &str) -> Vec<u8> {
        succeed(Command::new(self.programs.join("pg_dump")).arg("--dbname").arg(url), "pg_dump").stdout
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        let _ = self.guardian.wait();
    }
}

/// Starts the server as the child of a shell that stops it, by its process id, once the shell's input ends.
fn watch(programs: &Path, data: &Path, port: u16, durability: Durability) -> Child {
    const SCRIPT: &str = r#"
        "$0" -D "$1" -h 127.0.0.1 -p "$2" -k '' $3 >>"$1/../log" 2>&1 &
        server=$!
        (while kill -0 $server 2>/dev/null; do sleep 1; done; kill $$ 2>/dev/null) </dev/null &
        watcher=$!
        read -r _
        kill $watcher
        kill -INT $server
        wait $server
        rm -rf "$(dirname "$1")"
    "#;
    let speed = match durability {
        Durability::Volatile => "-F -c synchronous_commit=off -c full_page_writes=off -c max_connections=500",
        Durability::Durable => "-c max_connections=500",
    };
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT]).arg(programs.join("postgres")).arg(data).arg(port.to_string()).arg(speed);
    // A group of its own: Ctrl-C in a terminal reaches the tests, whose end reaches the guardian.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    unprivileged(&mut command).spawn().expect("a shell starts")
}

/// Waits until the server answers; `false` once it has given up.
fn answers(programs: &Path, port: u16, guardian: &mut Child) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let ready =
            client(programs, port).arg("SELECT 1").output().is_ok_and(|output| output.status.success());
        if ready {
            return true;
        }
        if guardian.try_wait().is_ok_and(|status| status.is_some()) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    if let Some(mut input) = guardian.stdin.take() {
        let _ = input.write_all(b"\n");
    }
    false
}

fn client(programs: &Path, port: u16) -> Command {
    let mut command = Command::new(programs.join("psql"));
    command.args(["-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-U", "sparki", "-d", "postgres", "-p"]);
    command.arg(port.to_string()).arg("-c");
    command
}

/// A folder that the server may use, whoever it runs as.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("postgres").tempdir().expect("there is room for a database");
    if Uid::effective().is_root() {
        let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
        chown(folder.path(), Some(user), Some(group)).expect("root may give a folder away");
    }
    folder
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

fn unprivileged(command: &mut Command) -> &mut Command {
    if Uid::effective().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}

fn succeed(command: &mut Command, what: &str) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{what} did not start: {error}"));
    assert!(output.status.success(), "{what} failed: {}", String::from_utf8_lossy(&output.stderr));
    output
}
