//! Webhooks: URLs that are told what happens in a workspace.

mod model;
mod rules;
mod standing;

pub(super) use model::LastDelivery;
pub(crate) use model::{WEBHOOK, Webhook};
pub(super) use rules::SECRET;
pub(super) use standing::{delivered, give_up};
