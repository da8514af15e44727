//! The wire formats of AWS, driven by the services' own models: an operation is only what it does.

mod call;
mod json;
mod library;
mod model;
mod query;
mod rest_json;
mod scope;
mod timestamp;
mod validation;
mod wire;

pub(crate) use call::{Misfit, decode, encode, refuse, route};
pub(crate) use library::Library;
pub use library::ModelsError;
pub(crate) use model::{Kind, Member, Model, Operation, Protocol, Shape};
pub(crate) use scope::Scope;
pub(crate) use wire::{Request, Response};
