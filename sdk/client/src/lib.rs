//! Transport to the Sparki control plane: authentication, retries, rate limit, circuit breaker, lists and events.
//!
//! The transport knows no resource type. A caller builds a [`Request`], says in a [`Call`] what it is doing, and sends
//! the one with the other through a [`Client`]; every answer comes back as a [`Response`], every failure as a
//! [`ClientError`] whose text says what was being done.
//!
//! # Example
//!
//! ```no_run
//! use serde::Deserialize;
//! use sparki_client::{Call, Client, Environment, Explicit, Request, Settings};
//!
//! #[derive(Deserialize)]
//! struct Project {
//!     id: String,
//!     slug: String,
//! }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = Settings::resolve(&Explicit::default(), &Environment::process())?;
//! let client = Client::new(settings)?;
//!
//! let request = Request::get("/projects").segment("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e");
//! match client.get::<Project>(request, &Call::new("read the project")).await? {
//!     Some(project) => println!("{} is {}", project.value.id, project.value.slug),
//!     None => println!("the project is gone"),
//! }
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "api")]
pub mod api;

mod access_token;
mod answer;
mod attempt;
mod auth;
mod batch;
mod breaker;
mod call;
mod client;
mod config;
mod credentials;
mod endpoint;
mod environment;
mod error;
mod event;
mod event_feed;
mod event_page;
mod event_stream;
#[cfg(feature = "api")]
mod exchange;
mod http_date;
mod idempotency;
mod layers;
mod limiter;
mod line;
mod loader;
mod oidc;
mod page;
mod problem;
mod profile;
mod redact;
mod region;
mod remote_error;
mod request;
mod response;
mod retry;
mod subject_token;
mod timer;
mod tls;
mod transport;
mod variables;
mod waiting;
mod wire;

pub use access_token::AccessToken;
pub use batch::{BatchItem, BatchOutcome};
pub use breaker::BreakerSettings;
pub use call::Call;
pub use client::Client;
pub use config::Settings;
pub use credentials::{ConfigError, Credential, Explicit};
pub use endpoint::Endpoint;
pub use environment::Environment;
pub use error::{Cause, ClientError, HostFailure};
pub use event::Event;
#[cfg(feature = "api")]
pub use exchange::{Completion, Precondition, Progress, Started, Wait};
pub use idempotency::IdempotencyKey;
pub use layers::{Body, BoxError, HttpService, Layers};
pub use limiter::RateLimitSettings;
pub use loader::{BatchReads, Locator};
pub use oidc::Oidc;
pub use page::Page;
pub use problem::{FieldError, Problem};
pub use request::{Request, RequestError};
pub use response::{ETag, Response};
pub use retry::RetrySettings;
pub use timer::{SystemTimer, Timer};
pub use waiting::{WaitObserver, WaitReason, Waiting};
