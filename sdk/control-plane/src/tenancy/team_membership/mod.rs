//! Team memberships: one for each member of each team.

mod model;
mod rules;

pub(crate) use model::{TEAM_MEMBERSHIP, TeamMembership};
