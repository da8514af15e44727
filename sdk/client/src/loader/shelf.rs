//! The objects of one kind, as far as they are known.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::time::Instant;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::entry::{Entry, Origin, Snapshot, Standing, is_recent};
use super::policy::{AHEAD_AT_FIRST, AHEAD_AT_LEAST, AHEAD_PER_READ};
use crate::batch::{BATCH, BatchItem, BatchOutcome};
use crate::response::Response;

/// Objects to read by one batch. The first was asked for; the others are read ahead.
pub(super) struct BatchOrder {
    pub(super) items: Vec<BatchItem>,
}

/// What is known of objects by their ids.
#[derive(Default)]
pub(super) struct Shelf {
    entries: BTreeMap<String, Entry>,
    /// Objects that were sent for ahead and that nobody has asked for.
    unasked: usize,
    /// When what is of no use was last dropped.
    cleared: Option<Instant>,
}

/// Whether an object is asked for after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    /// It is, or for the first time.
    First,
    /// It was asked for a moment ago.
    Again,
}

/// What there is of an object.
pub(super) enum Found {
    /// It was read ahead. Boxed because the others are small.
    Here(Box<Response<Json>>),
    /// It is in the batch that ends with this.
    Coming(CancellationToken),
    /// A list has shown it.
    Listed,
    /// No list has shown it.
    Unlisted,
    /// No batch has it.
    Refused,
}

impl Shelf {
    /// Remembers that an object was asked for.
    pub(super) fn ask(&mut self, id: &str, now: Instant) -> Asking {
        self.clear(now);
        let entry = self.entries.entry(id.to_owned()).or_default();
        let asking = if entry.is_asked(now) { Asking::Again } else { Asking::First };
        (entry.asked, entry.touched) = (Some(now), Some(now));
        asking
    }

    /// Looks for an object.
    pub(super) fn find(&mut self, id: &str, now: Instant) -> Found {
        if let Some(response) = self.serve(id, now) {
            return Found::Here(Box::new(response));
        }
        let entry = self.entries.entry(id.to_owned()).or_default();
        match (entry.arrival(), entry.standing) {
            (Some(batch), _) => Found::Coming(batch),
            (None, Standing::Listed) => Found::Listed,
            (None, Standing::Unlisted) => Found::Unlisted,
            (None, Standing::Refused) => Found::Refused,
        }
    }

    /// What was read of an object, if it may be served.
    pub(super) fn serve(&mut self, id: &str, now: Instant) -> Option<Response<Json>> {
        let entry = self.entries.get_mut(id).filter(|entry| entry.is_fresh(now))?;
        let (response, origin) = entry.snapshot.as_mut()?.served();
        match origin {
            Origin::Ahead => self.unasked -= 1,
            Origin::Asked => {}
        }
        Some(response)
    }

    /// Learns from a list that there are these objects.
    pub(super) fn shown(&mut self, ids: Vec<String>, now: Instant) {
        for id in ids {
            let entry = self.entries.entry(id).or_default();
            entry.touched = Some(now);
            if entry.standing == Standing::Unlisted {
                entry.standing = Standing::Listed;
            }
        }
    }

    /// A batch of the object with those around it, as many as that many reads pay for; none if they pay for none.
    pub(super) fn order(
        &mut self,
        (kind, id): (&str, &str),
        reads: usize,
        may_read: impl Fn(&str) -> bool,
        now: Instant,
    ) -> Option<(BatchOrder, CancellationToken)> {
        let room = (AHEAD_AT_FIRST + reads * AHEAD_PER_READ).saturating_sub(self.unasked).min(BATCH - 1);
        if room < AHEAD_AT_LEAST {
            return None;
        }
        let around: Vec<String> = {
            let is_wanted = |(id, entry): &(&String, &Entry)| {
                let is_known = entry.standing == Standing::Listed && !entry.is_fresh(now);
                is_known && !entry.is_asked(now) && entry.arrival().is_none() && may_read(id)
            };
            let mut after = self.entries.range::<str, _>((Excluded(id), Unbounded)).filter(is_wanted);
            let mut before = self.entries.range::<str, _>((Unbounded, Excluded(id))).rev().filter(is_wanted);
            // In turn from both sides, and then from the one that has more.
            std::iter::from_fn(|| Some([after.next(), before.next()]))
                .take_while(|pair| pair.iter().any(Option::is_some))
                .flat_map(|pair| pair.into_iter().flatten())
                .map(|(id, _)| id.clone())
                .take(room)
                .collect()
        };
        self.unasked += around.len();
        let done = CancellationToken::new();
        let ids = std::iter::once(id.to_owned()).chain(around);
        let items = ids
            .filter_map(|id| {
                let entry = self.entries.get_mut(&id)?;
                entry.coming = Some(done.clone());
                Some(BatchItem { kind: kind.to_owned(), if_none_match: entry.etag(), id })
            })
            .collect();
        Some((BatchOrder { items }, done))
    }

    /// Learns what became of a batch, in the order of its items.
    pub(super) fn read(&mut self, order: BatchOrder, sent: Instant, outcomes: Vec<BatchOutcome<Json>>) {
        for (position, (item, outcome)) in order.items.into_iter().zip(outcomes).enumerate() {
            let origin = if position == 0 { Origin::Asked } else { Origin::Ahead };
            let Some(entry) = self.entries.get_mut(&item.id) else { continue };
            entry.coming = None;
            entry.touched = entry.touched.max(Some(sent));
            let is_read = match (outcome, &mut entry.snapshot) {
                // Another object must not take its place; reading it alone tells what is wrong.
                (BatchOutcome::Found(found), snapshot) if names(&found.value, &item.id) => {
                    *snapshot = Some(Snapshot::new(*found, sent, origin));
                    true
                }
                (BatchOutcome::Unchanged, Some(snapshot)) => {
                    snapshot.renewed(sent, origin);
                    true
                }
                (
                    BatchOutcome::Found(_)
                    | BatchOutcome::Unchanged
                    | BatchOutcome::Gone
                    | BatchOutcome::Forbidden,
                    _,
                ) => false,
            };
            if !is_read {
                entry.standing = Standing::Refused;
                entry.snapshot = None;
            }
        }
    }

    /// Drops what is of no use any more, so that what is kept does not grow with time. Once a minute is enough.
    fn clear(&mut self, now: Instant) {
        if self.cleared.is_none_or(|cleared| !is_recent(cleared, now)) {
            self.cleared = Some(now);
            self.entries.retain(|_, entry| entry.is_kept(now));
        }
    }
}

fn names(document: &Json, id: &str) -> bool {
    document.get("id").and_then(Json::as_str) == Some(id)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_nobody_asks_for_any_more_is_dropped_after_a_while() {
        let (mut shelf, start) = (Shelf::default(), Instant::now());
        let mut now = start;
        // Others are asked for all the time, each once, for a day.
        for number in 0..24 * 60 {
            now = start + Duration::from_secs(60 * number);
            shelf.shown(vec![format!("listed-{number}")], now);
            shelf.ask(&format!("asked-{number}"), now);
        }
        assert!(shelf.entries.len() <= 2 * 11, "{} entries", shelf.entries.len());
        // What was kept is known still.
        assert!(matches!(shelf.find("listed-1439", now), Found::Listed));
        assert!(matches!(shelf.find("listed-0", now), Found::Unlisted));
    }
}
