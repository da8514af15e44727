//! Groups of nodes.

mod config;
mod create;
mod delete;
mod read;
mod version;

pub(super) use config::update_config;
pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use read::{describe, list};
pub(super) use version::update_version;
