//! The protocol `rest-json`: paths, query strings, headers, and JSON.

mod request;
mod response;
mod uri;

pub(super) use request::{body, decode, route};
pub(super) use response::{encode, refuse};
