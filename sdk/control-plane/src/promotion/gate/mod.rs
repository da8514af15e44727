//! Gates: what has to hold before a release may go to an environment.

mod condition;
mod model;
mod rules;

pub(crate) use condition::{Approval, Exclusion, Webhook};
pub(crate) use model::{ENVIRONMENT_GATE, Enforcement, EnvironmentGate};
