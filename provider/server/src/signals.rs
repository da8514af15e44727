//! Signals of the operating system.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, CtrlClose, ctrl_c, ctrl_close};

use crate::lifecycle::Mode;

/// Signals that would end the process if nobody took them. From [`Signals::take`] on they do not.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
    #[cfg(windows)]
    terminate: CtrlClose,
}

impl Signals {
    /// Takes the signals for the rest of the process's life. Must be called within a runtime.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn take() -> io::Result<Self> {
        #[cfg(unix)]
        return Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        });
        #[cfg(windows)]
        return Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_close()? });
    }

    /// Waits for a signal that asks this process to end. Interrupts of a plugin are for Terraform, not for it.
    pub async fn ended(&mut self, mode: Mode) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => match mode {
                    Mode::Plugin => tracing::debug!("ignored an interrupt, which is for terraform"),
                    Mode::Debug => return,
                },
            }
        }
    }
}
