//! What the control plane talks to: platforms it deploys to, channels it notifies, webhooks it tells everything.

pub(crate) mod deliveries;
mod endpoint;
pub(crate) mod notification_channel;
pub(crate) mod notification_rule;
mod pattern;
pub(crate) mod platform_connection;
pub(crate) mod webhook;
