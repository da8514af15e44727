//! What all clones of a client have read ahead.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value as Json;
use tokio::sync::Semaphore;

use super::errand::{Asked, Errand};
use super::family::Family;
use super::listing::PageOrder;
use super::locator::Locator;
use super::policy::{BatchReads, WRITTEN_FOR};
use super::shelf::BatchOrder;
use super::write::Written;
use crate::batch::BatchOutcome;
use crate::config::Settings;
use crate::response::Response;
use crate::timer::Timer;

/// The read-ahead of one client. It sends nothing itself; it says what to send and is told what became of it.
pub(crate) struct Loader {
    batch_reads: BatchReads,
    timer: Arc<dyn Timer>,
    known: Mutex<Known>,
    /// One page of a list is read at a time, so that lists never take more than one connection.
    pub(super) pages: Semaphore,
}

#[derive(Default)]
struct Known {
    families: BTreeMap<&'static str, Family>,
    written: Written,
    serial: u64,
}

impl Loader {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            batch_reads: settings.batch_reads,
            timer: Arc::clone(&settings.timer),
            known: Mutex::default(),
            pages: Semaphore::new(1),
        }
    }

    /// Finds an object, or says where it comes from, and what is to be fetched for reads to come.
    pub(super) fn ask(&self, object: &Locator<'_>) -> Asked {
        let now = self.now();
        let known = &mut *self.known();
        let is_alone = match self.batch_reads {
            BatchReads::Enabled => known.written.has(object.collection, object.id),
            BatchReads::Disabled => true,
        };
        if is_alone {
            return Asked::alone();
        }
        known.families.retain(|_, family| now.saturating_duration_since(family.used()) < WRITTEN_FOR);
        let serial = &mut known.serial;
        let family = known.families.entry(object.collection).or_insert_with(|| {
            *serial += 1;
            Family::new(object.collection, *serial, now)
        });
        family.ask(object, &known.written, now)
    }

    /// What was read of an object, if it may be served.
    pub(super) fn serve(&self, object: &Locator<'_>) -> Option<Response<Json>> {
        let now = self.now();
        let known = &mut *self.known();
        if known.written.has(object.collection, object.id) {
            return None;
        }
        known.families.get_mut(object.collection)?.serve(object.id, now)
    }

    /// Learns what a page shows, and says which one is next.
    pub(super) fn listed(
        &self,
        errand: Errand<PageOrder>,
        ids: Vec<String>,
        next: Option<String>,
    ) -> Option<Errand<PageOrder>> {
        let now = self.now();
        let Errand { order, done, .. } = errand;
        let next = self.known().family(errand.collection, errand.serial)?.listed(order, ids, next, now);
        drop(done);
        next
    }

    /// Learns what became of a batch that was sent at a time.
    pub(super) fn read(&self, errand: Errand<BatchOrder>, sent: Instant, outcomes: Vec<BatchOutcome<Json>>) {
        let Errand { order, done, .. } = errand;
        if let Some(family) = self.known().family(errand.collection, errand.serial) {
            family.read(order, sent, outcomes);
        }
        drop(done);
    }

    /// Learns that a page or a batch could not be read.
    pub(super) fn failed<Order>(&self, errand: Errand<Order>) {
        let now = self.now();
        let Errand { done, .. } = errand;
        if let Some(family) = self.known().family(errand.collection, errand.serial) {
            family.failed(now);
        }
        drop(done);
    }

    /// Drops all that was read, and keeps the object out for a while.
    pub(super) fn forget(&self, object: Option<&String>) {
        let now = self.now();
        let mut known = self.known();
        known.families.clear();
        known.written.add(object, now);
    }

    /// The time as the client has it.
    pub(super) fn now(&self) -> Instant {
        self.timer.now()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The family that sent for something, unless it was dropped meanwhile.
    fn family(&mut self, collection: &str, serial: u64) -> Option<&mut Family> {
        self.families.get_mut(collection).filter(|family| family.serial() == serial)
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it has read is not shown.
        f.debug_struct("Loader").field("batch_reads", &self.batch_reads).finish_non_exhaustive()
    }
}
