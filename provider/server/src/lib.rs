//! The Terraform provider for Sparki: a process that Terraform starts, and one gRPC service inside it.
//!
//! [`run()`] is the whole life of the process. It settles with Terraform how they talk ([`handshake`], [`listener`],
//! [`tls`]), serves every connection with a provider of its own ([`serve`]), and ends when it should ([`lifecycle`]).
//! What a call does runs contained ([`contain`]): a panic becomes a diagnostic, a dropped request loses no work.
//!
//! Only [`sparki`] knows which product this is; everything else would serve another one ([`product::Product`])
//! unchanged.

pub mod command_line;
pub mod contain;
pub mod convert;
mod finish;
pub mod handshake;
pub mod host_services;
pub mod intents;
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
pub mod sparki;
pub mod stop;
pub mod tls;

pub use contain::{Operations, Panicked, Subject};
pub use run::run;

/// Where practitioners get the provider from: its address in a `required_providers` block.
pub const PROVIDER_ADDRESS: &str = "registry.terraform.io/sparki-io/sparki";
