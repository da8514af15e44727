//! Requests for services that are not played here go on to moto as they are.

mod documents;
mod foreign_error;
mod forward;
mod operation;

pub(crate) use documents::{Documents, Touch};
pub(crate) use foreign_error::foreign_error;
pub(crate) use forward::{Client, client, pass};
pub(crate) use operation::{operation_of, parameter_of};
