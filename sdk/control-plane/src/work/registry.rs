//! Every kind of job there is: its name, and the function that does it.

use std::pin::Pin;

use crate::{
    app::App,
    http::problem::Problem,
    work::{Job, Outcome},
};

/// A job being done.
pub(crate) type Doing = Pin<Box<dyn Future<Output = Result<Outcome, Problem>> + Send>>;

/// What does the jobs of one kind.
#[derive(Clone, Copy)]
pub(crate) struct Worker {
    pub(crate) kind: &'static str,
    pub(crate) work: fn(App, Job) -> Doing,
}

/// One line per kind: `Worker { kind: "deployment", work: |app, job| Box::pin(advance(app, job)) }`.
pub(crate) const WORKERS: &[Worker] = &[];

/// What does the jobs of a kind, if this server knows it.
pub(crate) fn worker(kind: &str) -> Option<Worker> {
    WORKERS.iter().copied().find(|worker| worker.kind == kind)
}
