//! Notification channels: where people are told.

mod message;
mod model;
mod rules;

pub(super) use message::{Message, Signature, message};
pub(crate) use model::{NOTIFICATION_CHANNEL, NotificationChannel};
pub(super) use rules::CREDENTIAL;
