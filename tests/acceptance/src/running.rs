//! A command while it runs.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::output::Output;
use crate::permits::Permit;

/// More than any step takes on a busy machine, retries and waits of the provider included.
const LIMIT: Duration = Duration::from_secs(240);

/// A command in a process group of its own. Dropping it kills the group.
pub struct Running {
    command: String,
    group: Pid,
    ended: Option<Receiver<io::Result<ExitStatus>>>,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    _permit: Permit,
}

impl Running {
    /// Starts a command once it may run.
    pub(crate) fn start(mut command: Command) -> Self {
        let permit = Permit::wait();
        // The environment would only hide what was run.
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let text = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {text}: {error}"));
        let group = Pid::from_raw(child.id().try_into().expect("a process id is small"));
        let stdout = child.stdout.take().map(read_all);
        let stderr = child.stderr.take().map(read_all);
        let ended = Some(watch(child));
        Self { command: text, group, ended, stdout, stderr, _permit: permit }
    }

    /// Does what Ctrl-C in a terminal does: interrupts the command and everything it has started.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn interrupt(&self) {
        killpg(self.group, Signal::SIGINT).expect("it still runs");
    }

    /// Kills a process that the command has started, by its name. Says whether there was one.
    #[must_use]
    pub fn kill_child(&self, name: &str) -> bool {
        let children = children_of(self.group, name);
        children.iter().any(|child| kill(*child, Signal::SIGKILL).is_ok())
    }

    /// Kills the command alone, and waits until everything it has started has ended by itself.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn kill(self) {
        let group = self.group;
        kill(group, Signal::SIGKILL).expect("it still runs");
        crate::eventually("what it started has ended", || killpg(group, None).is_err());
        let _ = self.wait();
    }

    /// Waits until the command has ended, and kills it if it does not.
    #[must_use]
    pub fn wait(mut self) -> Output {
        let status = self.ended.take().and_then(|ended| match ended.recv_timeout(LIMIT) {
            Ok(status) => Some(status.expect("a child can be waited for")),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        });
        if status.is_none() {
            // It may have ended just now.
            let _ = killpg(self.group, Signal::SIGKILL);
        }
        let text = |pipe: Option<JoinHandle<Vec<u8>>>| {
            let bytes = pipe.map(|reader| reader.join().expect("reading does not panic")).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let (stdout, stderr) = (text(self.stdout.take()), text(self.stderr.take()));
        Output { command: std::mem::take(&mut self.command), status, stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_some() {
            // It may have ended by itself.
            let _ = killpg(self.group, Signal::SIGKILL);
        }
    }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is what there is.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn watch(mut child: Child) -> Receiver<io::Result<ExitStatus>> {
    let (sender, receiver) = channel();
    spawn(move || {
        // Nobody listens when the command was given up.
        let _ = sender.send(child.wait());
    });
    receiver
}

/// The processes with this parent whose command starts with `name`, as far as the system tells.
fn children_of(parent: Pid, name: &str) -> Vec<Pid> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output();
    let listing =
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let found = listing.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let process: i32 = words.next()?.parse().ok()?;
        let its_parent: i32 = words.next()?.parse().ok()?;
        let program = words.next()?.rsplit('/').next()?;
        (its_parent == parent.as_raw() && program.starts_with(name)).then(|| Pid::from_raw(process))
    });
    found.collect()
}
