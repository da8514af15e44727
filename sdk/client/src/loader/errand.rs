//! Requests that are sent for what may be asked for.

use serde_json::Value as Json;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::listing::PageOrder;
use super::shelf::BatchOrder;
use crate::response::Response;

/// A request to be sent on behalf of a kind.
pub(super) struct Errand<Order> {
    pub(super) collection: &'static str,
    /// The family that sent for it. Another one takes nothing from it.
    pub(super) serial: u64,
    pub(super) order: Order,
    /// Wakes those who wait for it, also when it is given up.
    pub(super) done: DropGuard,
}

/// What is to be done about a read.
pub(super) struct Asked {
    pub(super) answer: Answer,
    pub(super) batch: Option<Errand<BatchOrder>>,
    pub(super) page: Option<Errand<PageOrder>>,
}

impl Asked {
    /// The object is read alone, and nothing else.
    pub(super) fn alone() -> Self {
        Self { answer: Answer::Alone, batch: None, page: None }
    }
}

/// Where a read finds its object.
pub(super) enum Answer {
    /// It is here, boxed because the others are small.
    Here(Box<Response<Json>>),
    /// It may have come when this ends.
    Soon(CancellationToken),
    /// It is read alone.
    Alone,
}
