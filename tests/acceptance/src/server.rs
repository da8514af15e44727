//! Servers that end with whoever started them.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::wait::wait_for;

/// Runs a server until the input ends, which it does when this process does, even if it is killed.
const SUPERVISOR: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill "$server") 2>/dev/null &
exec 3<&-
wait "$server"
"#;

/// What a server may take to start on a busy machine, and to stop.
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(10);

/// A server process in a process group of its own. Dropping it stops it.
pub struct Server {
    name: &'static str,
    supervisor: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a program whose output goes to `log`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(name: &'static str, program: &Command, log: &Path) -> Self {
        let output = File::create(log).expect("the log can be written");
        let mut command = Command::new("sh");
        command.args(["-c", SUPERVISOR, "sh"]).arg(program.get_program()).args(program.get_args());
        for (key, value) in program.get_envs() {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        let supervisor = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone().expect("a file can be shared"))
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {name}: {error}"));
        Self { name, supervisor, log: log.to_owned() }
    }

    /// Waits for a sign that the server is ready.
    ///
    /// # Panics
    /// When it ends, or when there is no sign in a minute; with its log.
    pub fn wait_until<T>(&mut self, mut ready: impl FnMut(&Self) -> Option<T>) -> T {
        let outcome = wait_for(START, || match ready(self) {
            Some(value) => Some(Ok(value)),
            None => self.supervisor.try_wait().ok().flatten().map(Err),
        });
        match outcome {
            Some(Ok(value)) => value,
            Some(Err(status)) => panic!("{} ended while it started: {status}\n{}", self.name, self.log()),
            None => panic!("{} did not start within {START:?}\n{}", self.name, self.log()),
        }
    }

    /// Waits until it has ended because somebody else has ended it.
    ///
    /// # Panics
    /// When it does not in time.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let status = wait_for(STOP, || self.supervisor.try_wait().ok().flatten());
        status.unwrap_or_else(|| panic!("{} still runs after {STOP:?}\n{}", self.name, self.log()))
    }

    /// What it has printed so far.
    #[must_use]
    pub fn log(&self) -> String {
        let mut text = Vec::new();
        // A log that cannot be read must not hide what went wrong.
        let _ = File::open(&self.log).and_then(|mut file| file.read_to_end(&mut text));
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        if wait_for(STOP, || self.supervisor.try_wait().ok().flatten()).is_none() {
            let group = self.supervisor.id().try_into().map(Pid::from_raw);
            // It may have ended meanwhile.
            let _ = group.map(|group| killpg(group, Signal::SIGKILL));
            let _ = self.supervisor.wait();
        }
    }
}
