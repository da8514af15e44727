//! When the process ends.
//!
//! | event | what follows |
//! |---|---|
//! | the host says so | the end, at once: it kills two seconds later |
//! | SIGTERM | running operations are told to end soon, then the end; a second one ends at once |
//! | SIGINT | nothing: a terminal sends it to the whole group, and Terraform says what to do |
//! | Terraform is gone | running operations finish, then the end: nobody would hear of what was left half done |
//! | SIGINT in debug mode | as SIGTERM |

use std::future::pending;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::signals::Signals;

/// How often to look whether Terraform is still there. Costs a system call; nothing waits for the answer.
const PARENT_INTERVAL: Duration = Duration::from_secs(1);

/// How long nothing must run before the process ends by itself. The last answer travels in this time, and Terraform
/// may follow it up.
const LINGER: Duration = Duration::from_millis(300);

/// What every part of the process shares. Clones are the same process.
#[derive(Clone, Debug)]
pub struct Process {
    /// Address of the provider that this is, for the log.
    pub address: &'static str,
    /// Cancelled when every operation should end soon.
    pub stop: CancellationToken,
    /// Cancelled when the process must end now.
    pub end: CancellationToken,
    /// The operations that run.
    pub operations: TaskTracker,
}

/// Who runs the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Terraform, its parent process.
    Plugin,
    /// A person, who ends it with SIGINT.
    Debug,
}

impl Process {
    /// A process of the provider at this address, in which nothing runs yet.
    #[must_use]
    pub fn new(address: &'static str) -> Self {
        let (stop, end) = (CancellationToken::new(), CancellationToken::new());
        Self { address, stop, end, operations: TaskTracker::new() }
    }

    /// Waits until nothing has run for a moment.
    async fn idle(&self) {
        self.operations.close();
        loop {
            self.operations.wait().await;
            tokio::time::sleep(LINGER).await;
            if self.operations.is_empty() {
                return;
            }
        }
    }
}

/// Watches for reasons to end, and ends the process by cancelling [`Process::end`].
pub async fn watch(process: &Process, mode: Mode, signals: &mut Signals, parent: Parent) {
    let parent_gone = async {
        match mode {
            Mode::Plugin => parent.gone().await,
            Mode::Debug => pending().await,
        }
    };
    tokio::select! {
        () = process.end.cancelled() => return,
        () = signals.ended(mode) => process.stop.cancel(),
        () = parent_gone => tracing::info!("terraform is gone"),
    }
    loop {
        tokio::select! {
            () = process.end.cancelled() => return,
            () = process.idle() => break,
            () = signals.ended(mode) => {
                if process.stop.is_cancelled() {
                    break;
                }
                process.stop.cancel();
            }
        }
    }
    process.end.cancel();
}

/// The process that started this one.
#[derive(Clone, Copy, Debug)]
pub struct Parent(#[cfg(unix)] u32);

impl Parent {
    /// The parent as it is now. An orphan gets another one, so ask early.
    #[must_use]
    pub fn current() -> Self {
        Self(
            #[cfg(unix)]
            std::os::unix::process::parent_id(),
        )
    }

    /// Whether the parent is gone. Where processes keep the number of a dead parent, it never is.
    #[cfg(unix)]
    #[must_use]
    pub fn is_gone(self) -> bool {
        std::os::unix::process::parent_id() != self.0
    }

    /// Whether the parent is gone. Where processes keep the number of a dead parent, it never is.
    #[cfg(not(unix))]
    #[must_use]
    pub fn is_gone(self) -> bool {
        false
    }

    /// Waits until the parent is gone. Where processes keep the number of a dead parent, this waits forever.
    #[cfg(unix)]
    async fn gone(self) {
        while !self.is_gone() {
            tokio::time::sleep(PARENT_INTERVAL).await;
        }
    }

    #[cfg(not(unix))]
    async fn gone(self) {
        pending().await
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_with_work_is_not_idle() {
        let process = Process::new("example.com/a/b");
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        process.operations.spawn(finished);
        let idle = process.idle();
        tokio::pin!(idle);
        tokio::select! {
            biased;
            () = &mut idle => panic!("an operation runs"),
            () = std::future::ready(()) => {}
        }
        finish.send(()).unwrap();
        idle.await;
    }

    #[tokio::test]
    async fn a_termination_stops_what_runs_and_waits_for_it() {
        let process = Process::new("example.com/a/b");
        let mut signals = Signals::take().unwrap();
        let (stopped, result) = tokio::sync::oneshot::channel();
        let stop = process.stop.child_token();
        process.operations.spawn(async move {
            stop.cancelled().await;
            tokio::task::yield_now().await;
            stopped.send("what it has done so far").unwrap();
        });
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGTERM).unwrap();
        watch(&process, Mode::Plugin, &mut signals, Parent::current()).await;
        assert!(process.end.is_cancelled());
        assert_eq!(result.await, Ok("what it has done so far"));
    }

    #[tokio::test]
    async fn the_hosts_word_ends_it_whatever_runs() {
        let process = Process::new("example.com/a/b");
        let mut signals = Signals::take().unwrap();
        process.operations.spawn(pending::<()>());
        process.end.cancel();
        watch(&process, Mode::Plugin, &mut signals, Parent::current()).await;
    }

    #[tokio::test]
    async fn a_parent_that_was_never_ours_counts_as_gone() {
        Parent(0).gone().await;
    }
}
