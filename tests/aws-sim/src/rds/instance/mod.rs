//! Instances of databases.

mod create;
mod delete;
mod described;
mod modify;
mod pending;
mod promote;
mod read;
mod reboot;
mod replica;
mod upgrade;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use modify::modify;
pub(super) use promote::promote;
pub(super) use read::{describe, instance};
pub(super) use reboot::reboot;
pub(super) use replica::create_replica;
