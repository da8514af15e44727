//! The definition of `sparki_vpc`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::Model;

use super::settings::{default_endpoints, default_tiers};
use super::{FlowLogs, Nat, Tier, Vpc};
use crate::ec2::{Cidr, is_cidr, name_is_not_a_tag};
use crate::operation::key_is_free;

/// A VPC with all that belongs to it: subnets in tiers over availability zones, internet and NAT gateways, routes,
/// endpoints of AWS's services and flow logs.
///
/// The addresses of the subnets are part of the plan. A subnet keeps its addresses when tiers or zones are added. DNS is
/// on, and the default security group lets nothing through.
///
/// What belongs to the VPC carries its tags, and two more by which it is found again. Whatever else is put into the VPC
/// has to leave it before it can be removed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcModel {
    /// Region and AWS's id: `us-east-1/vpc-0a1b2c3d4e5f60718`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Vpc>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new VPC.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the VPC, which the names of its parts begin with.
    #[attr(required, validate(len(1..=200)))]
    pub name: Value<String>,
    /// Its IPv4 addresses, `/16` to `/24`, such as `10.0.0.0/16`. Changing them makes a new VPC.
    #[attr(required, requires_replace, validate(custom(is_cidr), custom(is_of_a_vpc)))]
    pub cidr: Value<String>,
    /// Availability zones in order, each of which gets a subnet of every tier. Zones can be added and removed. The first
    /// ones of the region that EKS can use if it is not set.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(
            len(1..=6),
            unique,
            each(pattern("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", "be the name of a zone, such as \"us-east-1a\""))
        )
    )]
    pub availability_zones: Value<Vec<String>>,
    /// How many availability zones there are, 1 to 6. As many as in `availability_zones`; 3 if neither is set.
    #[attr(optional, computed, use_state_for_unknown, validate(range(1..=6)))]
    pub availability_zone_count: Value<u32>,
    /// Tiers of subnets by name. By default `public` with subnets of a sixteenth of the VPC, `private` with a quarter, and
    /// `data`, which is isolated, with a sixty-fourth: that takes a VPC of `/22` or larger with up to 3 zones.
    #[attr(
        optional,
        default = default_tiers(),
        validate(
            len(1..=16),
            keys(pattern("^[a-z][a-z0-9-]{0,30}$", "begin with a letter and consist of small letters, digits and hyphens"))
        )
    )]
    pub tiers: Value<BTreeMap<String, Tier>>,
    /// NAT gateways, by which the private tiers reach the internet: `none`, `single` or `per_zone`. They stand in a public
    /// tier. Without them, a default route that something else puts into a table stays, such as one to a transit gateway.
    #[attr(optional, default = Nat::Single)]
    pub nat: Value<Nat>,
    /// AWS services that are reached without the internet, by the last part of their names: `ecr.api`, `sts`. `s3` and
    /// `dynamodb` are free; the others cost by the hour and zone, and stand in the first private tier.
    #[attr(
        optional,
        default = default_endpoints(),
        validate(len(..=50), each(pattern("^[a-z0-9]+([.-][a-z0-9]+)*$", "be the name of a service, such as \"ecr.api\"")))
    )]
    pub endpoints: Value<BTreeSet<String>>,
    /// Records of what passes through the VPC. None if it is not set.
    #[attr(optional)]
    pub flow_logs: Value<FlowLogs>,
    /// Whether the VPC is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the VPC and of all that belongs to it, besides the provider's default tags.
    #[attr(
        optional,
        shared,
        validate(
            len(..=40),
            keys(len(1..=128)),
            keys(custom(key_is_free)),
            keys(custom(name_is_not_a_tag)),
            each(len(..=256))
        )
    )]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the VPC: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// AWS's id of the VPC.
    #[attr(computed, use_state_for_unknown, refine(prefix = "vpc-"))]
    pub vpc_id: Value<String>,
    /// ARN of the VPC.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// The subnets of each tier.
    #[attr(computed, use_state_for_unknown)]
    pub subnets: Value<BTreeMap<String, TierSubnets>>,
    /// The internet gateway. None without a public tier.
    #[attr(computed, use_state_for_unknown)]
    pub internet_gateway_id: Value<String>,
    /// Addresses under which the NAT gateways are seen on the internet, in the order of the zones.
    #[attr(computed, use_state_for_unknown)]
    pub nat_public_ips: Value<Vec<String>>,
    /// AWS's ids of the endpoints, by service.
    #[attr(computed, use_state_for_unknown)]
    pub endpoint_ids: Value<BTreeMap<String, String>>,
    /// AWS's id of the flow log. None without `flow_logs`.
    #[attr(computed, use_state_for_unknown)]
    pub flow_log_id: Value<String>,
    /// The security group of whatever names none. It lets nothing through.
    #[attr(computed, use_state_for_unknown)]
    pub default_security_group_id: Value<String>,
    /// What is not as it was left, found when the VPC was read last: the next steps to mend it, which the plan includes.
    #[attr(computed, use_state_for_unknown)]
    pub deviations: Value<Vec<String>>,
    /// How long operations may take. By default 20 minutes to make and to change the VPC and 30 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// The subnets of one tier.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct TierSubnets {
    /// AWS's ids, in the order of the zones.
    #[attr(computed)]
    pub ids: Value<Vec<String>>,
    /// Their addresses, in the order of the zones.
    #[attr(computed)]
    pub cidrs: Value<Vec<String>>,
    /// AWS's ids of the route tables that they use, each once. A private tier has one for each zone, the others one.
    #[attr(computed)]
    pub route_table_ids: Value<Vec<String>>,
}

/// Refuses ranges that are too large or too small for tiers.
fn is_of_a_vpc(text: &Dynamic) -> Result<(), String> {
    match text.as_str().and_then(|text| text.parse::<Cidr>().ok()) {
        Some(cidr) if !(16..=24).contains(&cidr.prefix()) => Err("must have a prefix from /16 to /24".into()),
        Some(_) | None => Ok(()),
    }
}
