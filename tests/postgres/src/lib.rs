//! A real PostgreSQL for tests: started on a free loopback port, gone when the tests' process is.
//!
//! ```no_run
//! let server = postgres_server::shared();
//! let url = server.create_database();
//! assert!(url.starts_with("postgres://sparki@127.0.0.1:"));
//! ```

mod binaries;
mod process;

pub use process::{Durability, PostgresServer, shared};
