//! Every kind of job there is: its name, and the function that does it.

use std::pin::Pin;

use crate::{
    app::App,
    audit::stream,
    delivery::{build, deployment, pipeline_schedule},
    http::problem::Problem,
    integrations::deliveries::deliver,
    promotion::process,
    retention,
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
pub(crate) const WORKERS: &[Worker] = &[
    Worker { kind: stream::JOB, work: |app, job| Box::pin(stream::deliver(app, job)) },
    Worker { kind: build::JOB, work: |app, job| Box::pin(build::work(app, job)) },
    Worker { kind: deployment::DISPATCH_JOB, work: |app, job| Box::pin(deployment::dispatch(app, job)) },
    Worker { kind: deployment::OBSERVATION_JOB, work: |app, job| Box::pin(deployment::observe(app, job)) },
    Worker { kind: deployment::JOB, work: |app, job| Box::pin(deployment::work(app, job)) },
    Worker { kind: pipeline_schedule::JOB, work: |app, job| Box::pin(pipeline_schedule::work(app, job)) },
    Worker { kind: process::JOB, work: |app, job| Box::pin(process::work(app, job)) },
    Worker { kind: retention::JOB, work: |app, job| Box::pin(retention::work(app, job)) },
    Worker { kind: "delivery", work: |app, job| Box::pin(deliver(app, job)) },
];

/// What does the jobs of a kind, if this server knows it.
pub(crate) fn worker(kind: &str) -> Option<Worker> {
    WORKERS.iter().copied().find(|worker| worker.kind == kind)
}
