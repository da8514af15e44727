//! Client of the Sparki control plane: typed operations, over a transport that survives bad days.
//!
//! Every operation of the contract is in [`api`]: what it takes is built step by step, and sent at the end. Underneath,
//! tokens are renewed, failures that may pass are tried again where a repeat does no harm, the rate limit is kept to, and
//! a host that fails is left alone for a while.
//!
//! # Example
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use sparki_client::api::projects::{NewProject, ProjectPatch};
//! use sparki_client::{Client, Environment, Explicit, Settings};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = Settings::resolve(&Explicit::default(), &Environment::process())?;
//! let client = Client::new(settings)?;
//!
//! let project = NewProject::new("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "Web", "https://github.com/acme/web");
//! let created = client.projects().create(project).send().await?;
//!
//! let patch = ProjectPatch::new().name("Website");
//! client.projects().update(&created.value.id, &created, patch).send().await?;
//!
//! let mut projects = std::pin::pin!(client.projects().list().stream());
//! while let Some(project) = projects.try_next().await? {
//!     println!("{} is {}", project.id, project.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Work that goes on after its request was answered is waited for with [`Started::wait`], and events are followed as a
//! stream.
//!
//! # Requests of one's own
//!
//! The transport knows no type of object. Whoever has types of their own builds a [`Request`], says in a [`Call`] what they
//! are doing, and sends the one with the other through a [`Client`]; every answer comes back as a [`Response`], every failure
//! as a [`ClientError`] whose text says what was being done. Without the feature `api` there is nothing else.
//!
//! ```no_run
//! use serde::Deserialize;
//! use sparki_client::{Call, Client, ClientError, Request};
//!
//! #[derive(Deserialize)]
//! struct Project {
//!     id: String,
//!     slug: String,
//! }
//!
//! # async fn example(client: Client) -> Result<(), ClientError> {
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

pub use jiff::Timestamp;
pub use sparki_core::Secret;
pub use tokio_util::sync::CancellationToken;

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
