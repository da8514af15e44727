//! Values that tests share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A value that is made for the first user and dropped with the last.
///
/// A static is never dropped, and what it holds may be a server.
pub struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    /// Holds nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The value that others use, or a new one if nobody does.
    pub fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        // A test that failed while it made the value leaves nothing behind.
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = current.upgrade() {
            return value;
        }
        let value = Arc::new(make());
        *current = Arc::downgrade(&value);
        value
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self::new()
    }
}
