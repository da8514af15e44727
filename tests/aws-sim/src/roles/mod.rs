//! Roles of IAM: moto has them, and what was just made is not known everywhere.

mod known;
mod named;

pub(crate) use known::Roles;
pub(crate) use named::refuse_young;
