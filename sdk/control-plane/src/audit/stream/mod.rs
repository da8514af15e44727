//! Audit log streams: the lines of a workspace, sent on as they are written.
//!
//! Each stream has a cursor: the last line it is done with. A job sends what comes after it, in order, and moves the cursor
//! once the other side has taken it, so every line arrives at least once and none before those that precede it. What
//! cannot be delivered is tried again for as long as the stream is there and enabled.

mod cursor;
mod delivery;
mod model;
mod rules;
mod status;

pub(crate) use delivery::{JOB, deliver};
pub(crate) use model::AuditLogStream;
pub(crate) use status::operations;
