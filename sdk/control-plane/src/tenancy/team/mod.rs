//! Teams: members who have the same roles. Whoever is in a team is in its parents, too.

mod model;
mod rules;
mod store;

pub(crate) use model::{TEAM, Team};
