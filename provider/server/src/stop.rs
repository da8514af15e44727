//! The wish of Terraform that running operations end soon.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The stop switch of one connection.
///
/// Stopping reaches the operations that run now. Those that start later run as ever, because a process in debug mode
/// outlives the Terraform run that was stopped. Only the end of the process stops for good.
#[derive(Debug)]
pub struct Stop {
    process: CancellationToken,
    current: Mutex<CancellationToken>,
}

impl Stop {
    /// A switch for one connection; cancelling `process` is like stopping every connection for good.
    #[must_use]
    pub fn new(process: CancellationToken) -> Self {
        let current = Mutex::new(process.child_token());
        Self { process, current }
    }

    /// The token for an operation that starts now.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells every running operation to end soon, and returns at once.
    pub fn stop(&self) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, self.process.child_token()).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_reaches_running_operations_and_no_later_ones() {
        let stop = Stop::new(CancellationToken::new());
        let running = stop.token();
        stop.stop();
        assert!(running.is_cancelled());
        assert!(!stop.token().is_cancelled());
    }

    #[test]
    fn the_end_of_the_process_reaches_later_operations_too() {
        let process = CancellationToken::new();
        let stop = Stop::new(process.clone());
        let running = stop.token();
        process.cancel();
        stop.stop();
        assert!(running.is_cancelled());
        assert!(stop.token().is_cancelled());
    }
}
