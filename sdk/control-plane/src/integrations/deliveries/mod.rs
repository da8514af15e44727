//! Deliveries: events on their way to webhooks and notification channels.
//!
//! A delivery is written in the transaction of the event it is of, with a [job](crate::work) that carries it out, so
//! that no event is missed. It may arrive twice, with the same `Sparki-Delivery`; what is signed says when it was.

mod attempt;
mod dispatch;
mod recipient;
mod routes;
mod sender;
mod store;
mod worker;

pub(crate) use dispatch::dispatch;
pub(crate) use routes::operations;
pub(crate) use sender::Sender;
pub(crate) use store::forget_old;
pub(crate) use worker::deliver;
