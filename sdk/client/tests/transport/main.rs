//! The client against scripted servers on the loopback interface. Time between attempts is virtual.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod account;
mod ahead;
mod answers;
mod auth;
mod batch;
mod breaker;
mod cancel;
mod fixture;
mod limit;
mod pages;
mod region;
mod retry;
mod secrecy;
mod server;
mod tls;
mod verbs;
