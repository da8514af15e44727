//! How much an account may have: Service Quotas. Nothing here is refused because of a quota.

mod catalog;
mod operations;
mod quota;
mod state;

pub(crate) use operations::behaviour;
pub(crate) use state::{Change, Quotas};
