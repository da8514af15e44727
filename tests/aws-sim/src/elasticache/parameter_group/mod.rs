//! Groups of parameters of caches.

mod catalog;
mod group;
mod values;

pub(super) use group::{ParameterGroup, create, delete, describe, traits};
pub(super) use values::{describe_parameters, modify, reset};
