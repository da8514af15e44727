//! What callers may do.
//!
//! Permissions are `resource:action`, and the [`catalogue`] has all of them. A caller has those of the roles of their
//! membership, and those of the role bindings of their own and of their teams, each within its scope. They are looked up once per
//! request ([`load`]) and travel with the caller as an [`Access`]; [`authorise`](crate::object::write::authorise) asks it.
//!
//! # A new kind of object
//!
//! has `<kind>:create`, `read`, `update` and `delete` by itself, for the built-in roles that its shape names. A route that is none
//! of the five has a permission of its own: a line in [`catalogue`].

mod binding;
pub(crate) mod catalogue;
mod grant;
pub(crate) mod hand_on;
mod held;
pub(crate) mod load;
mod login;
pub(crate) mod mine;
pub(crate) mod network;
mod pattern;
mod permissions;
mod role_book;
mod scope;
mod sight;

pub(crate) use grant::{Grant, Reach, Source, Tenure};
pub(crate) use held::{Access, Limits, Standing, denied};
pub(crate) use login::Login;
pub(crate) use network::Network;
pub(crate) use pattern::Pattern;
pub(crate) use permissions::Permissions;
pub(crate) use role_book::{RoleBook, Terms};
pub(crate) use scope::Scope;
pub(crate) use sight::{Sight, ancestor};
