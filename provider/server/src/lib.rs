//! A Terraform provider: a process that Terraform starts, and one gRPC service inside it.
//!
//! [`run()`] is the whole life of the process. It settles with Terraform how they talk ([`handshake`], [`listener`],
//! [`tls`]), serves every connection with a provider of its own ([`serve`]), and ends when it should ([`lifecycle`]).
//! What a call does runs contained ([`contain`]): a panic becomes a diagnostic, a dropped request loses no work.
//!
//! Which product this is, the server does not know: it is given one ([`product::Product`]).

pub mod command_line;
pub mod contain;
pub mod convert;
mod finish;
pub mod handshake;
pub mod host_services;
pub mod intents;
mod leases;
pub mod lifecycle;
pub mod listener;
pub mod logging;
pub mod panic_report;
pub mod product;
pub mod reattach;
pub mod redact;
mod rpc;
pub mod run;
pub mod serve;
pub mod service;
pub mod signals;
pub mod stop;
pub mod tls;

pub use contain::{Operations, Panicked, Subject};
pub use product::{About, Product};
pub use run::run;
