//! Events: one ordered log of what happened, to be followed.
//!
//! Every change of an object leaves an event by itself ([`audit`](crate::audit) sees to it); what else is worth telling is written with
//! [`append`], in the transaction of the change. Whoever follows reads on from the last number they have seen, over
//! server-sent events or page by page, so nothing is missed over a broken connection.

mod event;
mod follow;
mod pulse;
mod right;
mod routes;
mod store;

pub(crate) use event::{Event, Resource, Told, place};
pub(crate) use follow::{Following, Start, follow, seconds};
pub(crate) use pulse::{Pulse, Woken};
pub(crate) use right::Right;
pub(crate) use routes::{following, operation};
pub(crate) use store::{append, forget_old};
