//! The reference server of the Sparki control plane: the REST contract, for real, in one process.
//!
//! [`Server::start`] gives a running server to embed or to test against; the `sparki-control-plane` binary is the
//! same with flags. Everything is kept in one database: SQLite for one server,
//! PostgreSQL for several.
//!
//! ```no_run
//! use sparki_control_plane::{Server, Settings};
//!
//! # async fn example() -> Result<(), sparki_control_plane::StartError> {
//! let running = Server::start(Settings {
//!     listen: ([127, 0, 0, 1], 0).into(),
//!     database: "sqlite::memory:".into(),
//!     bootstrap_api_key: Some("spk_demo_secret".into()),
//!     ..Settings::default()
//! })
//! .await?;
//! println!("{}/api/v1/workspaces", running.url);
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod app;
mod audit;
mod auth;
mod clock;
mod database;
mod delivery;
mod document;
mod events;
mod health;
mod http;
mod integrations;
mod kinds;
mod listen;
pub mod logging;
mod object;
mod openapi;
mod operation;
mod outbound;
mod promotion;
mod quota;
mod reads;
mod region;
mod retention;
mod server;
mod settings;
mod signing_secret;
mod telemetry;
mod tenancy;
mod variables;
mod vault;
mod work;

pub use audit::{Verdict, VerifyError, verify as verify_audit_log};
pub use auth::{Role, bootstrap::BootstrapError, service_account, signing_keys, user};
pub use clock::Clock;
pub use database::OpenError;
pub use ipnet::IpNet;
pub use jiff::Timestamp;
pub use listen::{CertificateError, Pace};
pub use openapi::{json as openapi_json, yaml as openapi_yaml};
pub use quota::{NotAQuota, Quota};
pub use region::{PrimaryRegion, PromoteError, promote as promote_region};
pub use server::{Running, Server, StartError};
pub use settings::{Faults, RegionRole, Scripts, Secret, Settings, TlsFiles};
pub use vault::{
    KeyFileError, KmsError, KmsKey, NotAKmsKey, Rewrapped, VaultError, generate as generate_key,
    generate_in_kms as generate_kms_key, rewrap as rewrap_keys,
};
