//! How many Terraform processes run at once.

use std::sync::{Condvar, Mutex, PoisonError};

/// Many of them wait for a stand-in's time to pass. More would only wait for the processor, and for each other's time
/// limits.
const AT_ONCE: usize = 6;

static RUNNING: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// The right to run one Terraform process, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit(());

impl Permit {
    pub(crate) fn wait() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running =
            FREED.wait_while(running, |running| *running >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self(())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}
