//! The protocol `query`: forms in, XML out.

mod form;
mod request;
mod response;

pub(super) use request::{decode, route, scalar};
pub(super) use response::{encode, refuse};
