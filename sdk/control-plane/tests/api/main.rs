//! Every rule of the contract, asked of a server that really listens.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod api_tokens;
mod audit;
mod auth;
mod concurrency;
mod contract;
mod events;
mod faults;
mod idempotency;
mod lifecycle;
mod limits;
mod lists;
mod members;
mod objects;
mod openapi;
mod permissions;
mod preconditions;
mod protocol;
mod roles;
mod service_accounts;
mod several_servers;
mod sudden_death;
mod teams;
mod validation;
mod world;
