//! Databases: RDS for PostgreSQL.

mod catalog;
mod instance;
mod operations;
mod parameter_group;
mod snapshot;
mod state;
mod subnet_group;
mod tags;

pub(crate) use operations::behaviour;
pub(crate) use state::Rds;
