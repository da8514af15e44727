//! Roles of a workspace's own, beside the built-in ones.

mod model;
mod rules;
mod store;

pub(crate) use model::{ROLE, ROLE_ID, Role, role_ids};
pub(crate) use rules::refuse_unknown;
