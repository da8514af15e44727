//! What of all variables and secrets holds in an environment, and where each comes from.

mod nearest;
mod route;

pub(super) use nearest::{Location, Resolved, nearest};
pub(crate) use route::operation;
