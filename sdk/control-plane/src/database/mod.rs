//! The database: SQLite in a file or in memory, or PostgreSQL. Every statement is written once and runs on both.
//!
//! What makes that work: parameters are `$1`, `$2`, ...; ids, times and documents are text; numbers are `BIGINT`;
//! and no statement looks into a document, but for the one place that [`Dialect`] is there for.

mod copies;
mod dialect;
mod open;
mod passing;
mod statement;

pub(crate) use copies::open_replica;
pub(crate) use dialect::Dialect;
pub use open::OpenError;
pub(crate) use open::{Connection, Database, Part};
pub(crate) use passing::is_passing;
pub(crate) use statement::Statement;
