//! One thing that exists.

use jiff::Timestamp;

use crate::document::Document;

/// One thing that exists, as its service describes it.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// Tells it from others that have had its name.
    pub(crate) serial: u64,
    pub(crate) made_at: Timestamp,
    /// What its service answers with when it is asked for it, status included.
    pub(crate) document: Document,
}

impl Object {
    /// Gives its status another value.
    pub(crate) fn become_status(&mut self, member: &str, status: &str) {
        self.document.set(member, status);
    }
}
