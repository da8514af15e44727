//! What is known of one object.

use std::time::Instant;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::policy::{KEPT_FOR, MAX_AGE};
use crate::response::{ETag, Response};

/// One object of a kind.
#[derive(Default)]
pub(super) struct Entry {
    /// When it was last asked for.
    pub(super) asked: Option<Instant>,
    /// When something was last learnt of it.
    pub(super) touched: Option<Instant>,
    pub(super) standing: Standing,
    /// Ends with the batch that it is in.
    pub(super) coming: Option<CancellationToken>,
    pub(super) snapshot: Option<Snapshot>,
}

/// What may be done about an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// No list has shown it. It is known because it was asked for.
    #[default]
    Unlisted,
    /// A list has shown it, so that it can be read by batch.
    Listed,
    /// A batch did not have it, or not for these credentials. It is read alone.
    Refused,
}

/// An object as a batch has read it.
pub(super) struct Snapshot {
    response: Response<Json>,
    /// When the batch was sent.
    sent: Instant,
    origin: Origin,
}

/// Why an object was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Somebody had asked for it.
    Asked,
    /// Somebody was likely to.
    Ahead,
}

impl Entry {
    /// Whether it was asked for so lately that to ask again is to ask for news.
    pub(super) fn is_asked(&self, now: Instant) -> bool {
        self.asked.is_some_and(|asked| is_recent(asked, now))
    }

    /// What ends with the batch that it is in, if that is under way.
    pub(super) fn arrival(&self) -> Option<CancellationToken> {
        self.coming.clone().filter(|batch| !batch.is_cancelled())
    }

    /// Whether it is of use to anybody.
    pub(super) fn is_kept(&self, now: Instant) -> bool {
        let is_late = |touched| now.saturating_duration_since(touched) >= KEPT_FOR;
        self.arrival().is_some() || !self.touched.is_none_or(is_late)
    }

    /// Whether what was read may still be served.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| is_recent(snapshot.sent, now))
    }

    /// The version to read it again under.
    pub(super) fn etag(&self) -> Option<ETag> {
        self.snapshot.as_ref()?.response.etag.clone()
    }
}

impl Snapshot {
    pub(super) fn new(response: Response<Json>, sent: Instant, origin: Origin) -> Self {
        Self { response, sent, origin }
    }

    /// The same object read again, and found unchanged.
    pub(super) fn renewed(&mut self, sent: Instant, origin: Origin) {
        (self.sent, self.origin) = (sent, origin);
    }

    /// What is served, and why it was read, if this is the first time that somebody wants it.
    pub(super) fn served(&mut self) -> (Response<Json>, Origin) {
        (self.response.clone(), std::mem::replace(&mut self.origin, Origin::Asked))
    }
}

/// Whether less than the age bound has passed.
pub(super) fn is_recent(past: Instant, now: Instant) -> bool {
    now.saturating_duration_since(past) < MAX_AGE
}
