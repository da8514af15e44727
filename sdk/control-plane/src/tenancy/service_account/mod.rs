//! Service accounts: callers that are programs. Each belongs to one workspace.
//!
//! The secret is in the answer to creating an account and to rotating its secret, and nowhere else: a repeated request is
//! answered without it, and whoever has lost the answer rotates the secret.

mod email;
mod model;
pub(crate) mod register;
pub(crate) mod rotate;
mod rules;

pub(crate) use email::is_service_account;
pub(crate) use model::{SERVICE_ACCOUNT, ServiceAccount};
