//! Members: people of a workspace, let in, invited or suspended.

mod invitation;
mod model;
mod rules;
mod store;

pub(crate) use invitation::claim;
pub(crate) use model::{MemberStatus, WORKSPACE_MEMBER, WorkspaceMember};
pub(crate) use store::founder;
