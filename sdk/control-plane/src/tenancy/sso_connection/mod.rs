//! Single sign-on connections: where members of a workspace are to log in when not here.
//!
//! They are kept and checked; logging in by them is not there yet, and the objects say so.

mod model;
mod rules;
mod settings;

pub(crate) use model::{SSO_CONNECTION, SsoConnection};
