//! `sparki_vpc_peering`: two VPCs that reach each other, with the routes of both.
//!
//! `look` says what there is at both ends, `steps` what there is still to do, and `carry_out` does it: for a creation, a
//! change and a removal alike. Routes have no tags, so the state holds those that belong to the peering: others are never
//! replaced or removed.

mod answer;
mod carry_out;
mod connection;
mod ends;
mod found;
mod identity;
mod list;
mod look;
mod model;
mod plan;
mod preflight;
mod remote;
mod routes;
mod side;
mod steps;
#[cfg(test)]
mod tests;

pub use identity::VpcPeeringIdentity;
pub use list::VpcPeeringFilter;
pub use model::{PeeringMember, VpcPeeringModel};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_vpc_peering`.
#[derive(Clone, Copy, Debug)]
pub enum VpcPeering {}

impl Resource for VpcPeering {
    const TYPE_NAME: &'static str = "sparki_vpc_peering";
    /// AWS makes a peering in about 15 seconds.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(10, 5, 10, 10);
    type Model = VpcPeeringModel;
    type Identity = VpcPeeringIdentity;
}
