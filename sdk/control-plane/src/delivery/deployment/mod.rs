//! Deployments: releases on their way to the deployment targets of an environment.
//!
//! A deployment waits (`pending`) until its environment has room, and is then carried forward by one job: [`work`] takes
//! the first step that is not done, marks it, does it through an [`adapter`](crate::delivery::adapter), and writes down what
//! came of it. Each mark is one transaction with its audit line and event, so whichever server goes on after another died finds the
//! step that was under way and does it again.

mod admission;
mod cancel;
mod dispatch;
mod failure;
mod guard;
mod history;
mod machine;
mod measure;
mod model;
mod observation;
mod progress;
mod promoted;
mod rollback;
mod routes;
mod rules;
mod step;
mod store;
mod subject;
mod target;
mod turn;
mod undoing;
mod work;

pub(crate) use admission::{admits_branch, standing_lock};
pub(crate) use dispatch::{JOB as DISPATCH_JOB, call_dispatcher, work as dispatch};
pub(crate) use history::{Arrival, Past, WayBack, history, way_back};
use history::{Kin, crosses_from};
pub(crate) use model::{DEPLOYMENT, Deployment};
pub(crate) use observation::{JOB as OBSERVATION_JOB, work as observe};
pub(crate) use promoted::{
    OnFailure as OnPromotedFailure, Order, Reached, ask_for, look_at, put_back, target_digest, watched_until,
};
pub(crate) use routes::operations;
pub(crate) use step::{Step, StepKind};
pub(crate) use store::{UnderWay, targets, under_way};
pub(crate) use subject::Subject;
pub(crate) use target::Target;
pub(crate) use work::{JOB, work};
