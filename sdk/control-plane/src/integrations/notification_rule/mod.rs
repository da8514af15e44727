//! Notification rules: which events go to which channels.

mod model;
mod rules;

pub(super) use model::{About, Filter};
pub(crate) use model::{NOTIFICATION_RULE, NotificationRule};
