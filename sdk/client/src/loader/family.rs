//! The objects of one kind between two writes.

use std::time::Instant;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::entry::is_recent;
use super::errand::{Answer, Asked, Errand};
use super::listing::{Listing, PageOrder};
use super::locator::Locator;
use super::shelf::{Asking, BatchOrder, Found, Shelf};
use super::write::Written;
use crate::batch::BatchOutcome;
use crate::response::Response;

/// All that is known of one kind. It is made by the first read after a write, and dropped at the next write.
pub(super) struct Family {
    collection: &'static str,
    /// Tells this family from earlier ones, whose errands may still be under way.
    serial: u64,
    used: Instant,
    /// Objects that were asked for, but for those asked for again.
    reads: usize,
    listing: Listing,
    shelf: Shelf,
    /// When a list or a batch failed.
    failed: Option<Instant>,
}

impl Family {
    pub(super) fn new(collection: &'static str, serial: u64, now: Instant) -> Self {
        Self {
            collection,
            serial,
            used: now,
            reads: 0,
            listing: Listing::default(),
            shelf: Shelf::default(),
            failed: None,
        }
    }

    pub(super) fn serial(&self) -> u64 {
        self.serial
    }

    pub(super) fn used(&self) -> Instant {
        self.used
    }

    /// Finds an object, or says where it comes from, and what is to be fetched for reads to come.
    pub(super) fn ask(&mut self, object: &Locator<'_>, written: &Written, now: Instant) -> Asked {
        self.used = now;
        match self.shelf.ask(object.id, now) {
            Asking::First => self.reads += 1,
            Asking::Again => return Asked::alone(),
        }
        let found = self.shelf.find(object.id, now);
        if let Found::Unlisted = found {
            self.listing.missed(object.parent, now);
        }
        let page = self.next_page(now);
        let mut batch = None;
        let answer = match found {
            Found::Here(response) => Answer::Here(response),
            Found::Coming(done) => Answer::Soon(done),
            Found::Listed if !self.is_quiet(now) => {
                let may_read = |id: &str| !written.has(self.collection, id);
                match self.shelf.order((object.kind, object.id), self.reads, may_read, now) {
                    Some((order, done)) => {
                        batch = Some(self.errand(order, done.clone()));
                        Answer::Soon(done)
                    }
                    None => Answer::Alone,
                }
            }
            Found::Listed | Found::Unlisted | Found::Refused => Answer::Alone,
        };
        Asked { answer, batch, page }
    }

    /// What was read of an object, if it may be served.
    pub(super) fn serve(&mut self, id: &str, now: Instant) -> Option<Response<Json>> {
        self.shelf.serve(id, now)
    }

    /// Learns what a page shows, and says which one is next.
    pub(super) fn listed(
        &mut self,
        order: PageOrder,
        ids: Vec<String>,
        next: Option<String>,
        now: Instant,
    ) -> Option<Errand<PageOrder>> {
        self.shelf.shown(ids, now);
        self.listing.turned(order, next);
        self.next_page(now)
    }

    /// Learns what became of a batch that was sent at a time.
    pub(super) fn read(&mut self, order: BatchOrder, sent: Instant, outcomes: Vec<BatchOutcome<Json>>) {
        self.shelf.read(order, sent, outcomes);
    }

    /// Learns that a page or a batch could not be read.
    pub(super) fn failed(&mut self, now: Instant) {
        self.failed = Some(now);
    }

    fn next_page(&mut self, now: Instant) -> Option<Errand<PageOrder>> {
        if self.is_quiet(now) {
            return None;
        }
        let (order, done) = self.listing.next(self.reads, now)?;
        Some(self.errand(order, done))
    }

    fn is_quiet(&self, now: Instant) -> bool {
        self.failed.is_some_and(|failed| is_recent(failed, now))
    }

    fn errand<Order>(&self, order: Order, done: CancellationToken) -> Errand<Order> {
        Errand { collection: self.collection, serial: self.serial, order, done: done.drop_guard() }
    }
}
