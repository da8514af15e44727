//! Role bindings: who has which role where.

mod model;
mod place;
mod principal;
mod rules;

pub(crate) use model::{ROLE_BINDING, RoleBinding};
pub(crate) use rules::forget;
