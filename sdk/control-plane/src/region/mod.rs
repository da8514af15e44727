//! Regions: one takes changes, the others answer reads and say where changes go.
//!
//! Which one it is stands in the database, where every server of every region sees it as soon as its copy does:
//! [`promote`] writes it during a failover. Until then it is what the servers were told when they started.

mod promote;
mod refuse;
mod standing;

pub use promote::{PrimaryRegion, PromoteError, promote};
pub(crate) use refuse::refuse_changes;
pub(crate) use standing::{Region, Standing};
