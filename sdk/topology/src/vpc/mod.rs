//! `sparki_vpc`: a network in one AWS region, with all that belongs to it.
//!
//! A VPC is a bundle: `wanted` says what there is to be, `parts` what there is, and `steps` the next steps from the one to
//! the other. `carry_out` takes them until there are none left, for a creation, a change and a removal alike. Every part
//! carries the mark of its VPC among its tags, so one that an interrupted operation made is found again. A file for each
//! kind of part has both sides: the steps, and how they are taken.

mod answer;
mod base;
mod carry_out;
mod cost;
mod endpoint_requests;
mod endpoints;
mod flow_logs;
mod gateway;
mod identity;
mod layout;
mod list;
mod look;
mod model;
mod nat;
mod nat_requests;
mod part_tags;
mod parts;
mod plan;
mod preflight;
mod quota;
mod remote;
mod route_requests;
mod routes;
mod settings;
mod steps;
mod subnets;
#[cfg(test)]
mod tests;
mod wanted;
mod zones;

pub use identity::VpcIdentity;
pub use list::VpcFilter;
pub use model::{TierSubnets, VpcModel};
pub use settings::{Access, FlowLogs, Nat, Tier, Traffic};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_vpc`.
#[derive(Clone, Copy, Debug)]
pub enum Vpc {}

impl Resource for Vpc {
    const TYPE_NAME: &'static str = "sparki_vpc";
    /// AWS makes a NAT gateway in about 2 minutes. What runs in a VPC may take long to leave it.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(20, 5, 20, 30);
    type Model = VpcModel;
    type Identity = VpcIdentity;
}
