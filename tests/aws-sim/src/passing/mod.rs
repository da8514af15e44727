//! Requests for services that are not played here go on to moto as they are.

mod forward;
mod operation;

pub(crate) use forward::{Client, client, pass};
pub(crate) use operation::operation_of;
