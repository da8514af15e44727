//! What every call is promised, whatever a resource does: practitioners lose nothing.
//!
//! The depot is a small product with an in-memory remote; some of its resources misbehave on purpose. [`session`] asks as
//! Terraform does, over a socket.

mod abilities;
mod action;
mod apply;
mod blocks;
mod configure;
mod coverage;
mod creations;
mod decode;
mod deferral;
mod ephemeral;
mod faults;
mod functions;
mod generate;
mod identity;
mod import;
mod list;
mod moved;
mod plan;
mod preflight;
mod read;
mod session;
mod stop;
mod upgrade;
mod validate;
