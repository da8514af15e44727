//! `sparki_security_group`: what may reach machines in a VPC, and what they may reach.

mod answer;
mod identity;
mod list;
mod model;
mod plan;
mod remote;
mod rule;
mod rule_requests;
mod rule_steps;
#[cfg(test)]
mod tests;

pub use identity::SecurityGroupIdentity;
pub use list::SecurityGroupFilter;
pub use model::SecurityGroupModel;
pub use rule::{Direction, Rule};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_security_group`.
#[derive(Clone, Copy, Debug)]
pub enum SecurityGroup {}

impl Resource for SecurityGroup {
    const TYPE_NAME: &'static str = "sparki_security_group";
    /// AWS answers at once; what takes time is to wait for whatever still uses the group.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(10, 5, 10, 15);
    type Model = SecurityGroupModel;
    type Identity = SecurityGroupIdentity;
}
