//! Members: people of a workspace, let in, invited or suspended.
//!
//! Everybody is invited by their address and let in when they accept, so nobody learns from a workspace whether
//! there is a user with an address.

mod invitation;
mod model;
mod routes;
mod rules;
mod store;

pub(crate) use model::{MemberStatus, WORKSPACE_MEMBER, WorkspaceMember};
pub(crate) use routes::operations;
pub(crate) use store::founder;
