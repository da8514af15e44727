//! Every rule of the contract, asked of a server that really listens.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod adapters;
mod api_tokens;
mod audit;
mod audit_events;
mod audit_streams;
mod auth;
mod builds;
mod concurrency;
mod contract;
mod delivery;
mod deployments;
mod encryption;
mod events;
mod exchange;
mod faults;
mod flows;
mod gates;
mod idempotency;
mod isolation;
mod lifecycle;
mod limits;
mod lists;
mod members;
mod metrics;
mod objects;
mod openapi;
mod openmetrics;
mod permissions;
mod pins;
mod platform_connections;
mod preconditions;
mod promoting;
mod promotions;
mod protocol;
mod reads;
mod receiver;
mod regions;
mod releases;
mod roles;
mod rollbacks;
mod secrets;
mod service_accounts;
mod several_servers;
mod sso_connections;
mod sudden_death;
mod teams;
mod tls;
#[cfg(feature = "otlp")]
mod traces;
mod validation;
mod variables;
mod world;
