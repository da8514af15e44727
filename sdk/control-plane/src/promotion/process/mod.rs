//! Promotions: plans being carried out.
//!
//! A promotion waits for its gates, deploys wave by wave, watches what it has deployed, and is carried from state to state
//! ([`machine`]) by *looks*: jobs that each find it as it is, move it as far as it goes, and leave when the next look is due.
//! Only the newest look counts ([`store::call`]), so whatever happens to a promotion (an approval, the end of a deployment) just
//! calls for a look, whichever server is at it. Each move is one transaction with its audit line and event.

mod ask;
mod change;
mod create;
mod machine;
mod model;
mod moves;
mod putting_back;
mod record;
mod routes;
mod rules;
mod steer;
mod store;
mod verdict;
mod verify;
mod waiting;
mod waves;
mod work;

pub(crate) use create::{Asked, create, plan_for};
pub(crate) use machine::Status;
pub(crate) use model::{OnPending, Promotion};
pub(crate) use routes::operations;
pub(crate) use store::{call, under_way};
pub(crate) use work::{JOB, work};
