//! Platform connections: what the control plane proves itself with to the platforms it deploys to.

mod model;
mod rules;

pub(crate) use model::{PLATFORM_CONNECTION, PlatformConnection};
