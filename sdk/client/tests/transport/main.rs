//! The client against scripted servers on the loopback interface. Time between attempts is virtual.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod account;
mod ahead;
mod answers;
mod auth;
mod batch;
mod breaker;
mod cancel;
mod events;
mod faults;
mod fixture;
mod http2;
mod layers;
mod limit;
mod oidc;
mod pages;
mod region;
mod retry;
mod secrecy;
mod server;
mod tls;
mod verbs;
mod wait;
