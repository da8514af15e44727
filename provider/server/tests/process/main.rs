//! The provider as Terraform meets it: a process, a socket, and gRPC over mutual TLS.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "everything here is a test")]

mod binary;
mod calls;
mod host;
mod plugin;
mod real;
mod transport;
