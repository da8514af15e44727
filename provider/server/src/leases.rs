//! What was opened for a run and is not closed yet.
//!
//! Terraform does not close an ephemeral resource if what depends on it fails, or if the run is interrupted. What is left
//! open when its connection ends is closed then: nobody else could, for only this process knows of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What is open, until the connection is over.
pub(crate) struct Leases(Mutex<Option<Open>>);

/// Leases by what Terraform was given to renew and close them, with the type of each.
type Open = BTreeMap<Vec<u8>, Vec<String>>;

impl Default for Leases {
    fn default() -> Self {
        Self(Mutex::new(Some(Open::new())))
    }
}

/// A lease may hold what it gives.
impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").finish_non_exhaustive()
    }
}

impl Leases {
    /// Something was opened. False if the connection is over, so that whoever opened it has to close it.
    #[must_use]
    pub(crate) fn opened(&self, type_name: &str, lease: &[u8]) -> bool {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = leases.as_mut() else { return false };
        open.entry(lease.to_vec()).or_default().push(type_name.to_owned());
        true
    }

    /// Something is to be closed, or goes on under another lease.
    pub(crate) fn ended(&self, lease: &[u8]) {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = leases.as_mut() else { return };
        // What was opened twice alike is closed twice.
        if let Some(types) = open.get_mut(lease) {
            types.pop();
            if types.is_empty() {
                open.remove(lease);
            }
        }
    }

    /// All that is open once the connection is over: types with their leases.
    pub(crate) fn take(&self) -> Vec<(String, Vec<u8>)> {
        let leases = self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        let open = |(lease, types): (Vec<u8>, Vec<String>)| {
            types.into_iter().map(|type_name| (type_name, lease.clone())).collect::<Vec<_>>()
        };
        leases.into_iter().flat_map(open).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_and_not_ended_is_left() {
        let leases = Leases::default();
        for lease in [b"a", b"a", b"b"] {
            assert!(leases.opened("key", lease));
        }
        leases.ended(b"a");
        leases.ended(b"b");
        leases.ended(b"c");
        assert_eq!(leases.take(), [("key".to_owned(), b"a".to_vec())]);
        assert!(!leases.opened("key", b"a"), "nobody would close it");
        assert_eq!(leases.take(), []);
    }
}
