//! The provider as Terraform meets it: a process, a socket, and gRPC over mutual TLS.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "everything here is a test")]

mod calls;
mod rubbish;
mod transport;
