//! Groups of parameters of databases.

mod catalog;
mod group;
mod values;

pub(super) use group::{ParameterGroup, create, delete, describe, family};
pub(super) use values::{describe_parameters, modify, reset};
