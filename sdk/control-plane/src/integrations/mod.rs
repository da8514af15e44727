//! What the control plane talks to: platforms it deploys to, channels it notifies, webhooks it tells everything.

pub(crate) mod platform_connection;
