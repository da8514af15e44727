//! Who is calling, how they prove it, and what their role allows.

pub(crate) mod api_key;
pub(crate) mod bootstrap;
pub(crate) mod caller;
pub(crate) mod exchange;
pub(crate) mod guard;
pub(crate) mod me;
pub(crate) mod membership;
pub(crate) mod password;
pub(crate) mod refresh;
pub(crate) mod role;
pub(crate) mod routes;
pub mod service_account;
pub(crate) mod session;
pub(crate) mod signing;
pub(crate) mod token;
pub mod user;

/// The keys that access tokens are signed with.
pub mod signing_keys {
    pub use super::signing::rotation::{RotateError, rotate};
}

pub(crate) use caller::{Caller, Credential, Proof};
pub use role::Role;
