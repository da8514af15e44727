//! What a client has written.

use std::collections::BTreeMap;
use std::time::Instant;

use super::policy::WRITTEN_FOR;
use super::shared::Loader;
use crate::request::{Effect, Request};

/// Objects that this client has written or may have, by their paths, with the time.
#[derive(Default)]
pub(super) struct Written(BTreeMap<String, Instant>);

/// Work that this client waits for. What was read ahead is dropped when the wait is over, however that is: the work has
/// changed objects, and nobody knows which.
#[cfg(feature = "api")]
pub(crate) struct Working<'a>(&'a Loader);

/// A write under way. What was read ahead is dropped when it begins and when it ends, however that is.
pub(crate) struct Writing<'a> {
    loader: &'a Loader,
    object: Option<String>,
}

impl Written {
    /// Whether an object is among them.
    pub(super) fn has(&self, collection: &'static str, id: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let object = Request::get(collection).segment(id).object();
        object.is_some_and(|object| self.0.contains_key(&object))
    }

    pub(super) fn add(&mut self, object: Option<&String>, now: Instant) {
        self.0.retain(|_, written| now.saturating_duration_since(*written) < WRITTEN_FOR);
        self.0.extend(object.map(|object| (object.clone(), now)));
    }
}

impl Loader {
    /// Says that a request is sent, until the answer has come or is not waited for any more. Nothing if it only reads.
    pub(crate) fn writing(&self, request: &Request) -> Option<Writing<'_>> {
        match request.effect() {
            Effect::Reads => None,
            Effect::Mutates => {
                let writing = Writing { loader: self, object: request.object() };
                writing.forget();
                Some(writing)
            }
        }
    }

    /// Says that somebody waits for the end of work.
    #[cfg(feature = "api")]
    pub(crate) fn working(&self) -> Working<'_> {
        Working(self)
    }
}

#[cfg(feature = "api")]
impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.forget(None);
    }
}

impl Writing<'_> {
    fn forget(&self) {
        self.loader.forget(self.object.as_ref());
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}
