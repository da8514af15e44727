//! The definition of `sparki_vpc_peering`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::Model;

use super::VpcPeering;
use crate::ec2::{is_cidr, name_is_not_a_tag};
use crate::operation::key_is_free;

/// A peering of two VPCs of one account, in the same region or in two, with the routes by which they reach each other.
///
/// The side that asks for the peering and the one that accepts it are the same to traffic. Both are accepted, tagged and
/// routed here, each in its own region, so neither needs a resource or a provider of its own. They are named `requester`
/// and `accepter`, as AWS names them, rather than by region, because both may be in one.
///
/// Routes have no tags. Those that the peering has made are in `routes`; a route of somebody else's to the same addresses is
/// an error that names the route table, and is never replaced. Only IPv4 is routed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcPeeringModel {
    /// Region of the requester and AWS's id: `us-east-1/pcx-0a1b2c3d4e5f60718`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<VpcPeering>>,
    /// Name of the peering, which is its tag `Name` on both sides. None if it is not set.
    #[attr(optional, validate(len(1..=255)))]
    pub name: Value<String>,
    /// The side that asks for the peering. Another VPC makes a new peering.
    #[attr(required)]
    pub requester: Value<PeeringMember>,
    /// The side that accepts it. Another VPC makes a new peering. Its addresses must not overlap with those of the requester.
    #[attr(required)]
    pub accepter: Value<PeeringMember>,
    /// Whether public DNS names of machines of the one VPC resolve to private addresses in the other, in both directions. Both
    /// VPCs need DNS hostnames and DNS support for it, which a `sparki_vpc` has.
    #[attr(optional, default = true)]
    pub dns_resolution: Value<bool>,
    /// Whether the peering is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the peering on both sides, besides the provider's default tags.
    #[attr(
        optional,
        shared,
        validate(
            len(..=47),
            keys(len(1..=128)),
            keys(custom(key_is_free)),
            keys(custom(name_is_not_a_tag)),
            each(len(..=256))
        )
    )]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the peering: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// AWS's id of the peering.
    #[attr(computed, use_state_for_unknown, refine(prefix = "pcx-"))]
    pub vpc_peering_connection_id: Value<String>,
    /// ARN of the peering in the requester's region.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Status of the peering: `active`, unless something else has ended it or it was never completed. One that has ended is
    /// replaced.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub status: Value<String>,
    /// The addresses that have a route through the peering, by the id of the route table.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub routes: Value<BTreeMap<String, BTreeSet<String>>>,
    /// What is not as it was left, found when the peering was read last: the next steps to mend it, which the plan includes.
    #[attr(computed, use_state_for_unknown)]
    pub deviations: Value<Vec<String>>,
    /// How long operations may take. By default 10 minutes.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// One side of a peering.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PeeringMember {
    /// AWS region of the VPC. The provider's if it is not set. Changing it makes a new peering.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Id of the VPC. Changing it makes a new peering.
    #[attr(required, requires_replace, validate(pattern("^vpc-", "be the id of a VPC")))]
    pub vpc_id: Value<String>,
    /// Ids of the VPC's route tables that get routes to the other side. Those of subnets that should not reach it are left
    /// out.
    #[attr(required, validate(len(..=200), each(pattern("^rtb-", "be the id of a route table"))))]
    pub route_table_ids: Value<BTreeSet<String>>,
    /// Addresses of this VPC that the other side gets routes to, such as `10.0.0.0/18` for some of its subnets. All IPv4
    /// ranges that the VPC has if it is not set, also those that it gets later.
    #[attr(optional, validate(len(1..=50), each(custom(is_cidr))))]
    pub cidrs: Value<BTreeSet<String>>,
}
