//! The definition of `sparki_load_balancer`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{Listener, LoadBalancer, TargetGroup};
use crate::operation::key_is_free;

/// A load balancer, for HTTP or for connections, with its listeners and target groups.
///
/// Listeners and target groups have names of their own here, by which a listener says where it forwards to and a change finds
/// what it is about. A target group of which something changes that AWS cannot change is made anew, and takes over before the
/// old one goes. Targets are registered by whoever runs them, as the AWS Load Balancer Controller does, with the ARNs in
/// `target_group_arns`.
///
/// Listeners that something else adds are drift, and are removed. Target groups and rules of listeners that something else
/// adds are left alone, and so is what a listener does before it forwards, redirects or answers, as signing in.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct LoadBalancerModel {
    /// Region and name of the load balancer: `us-east-1/shop`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<LoadBalancer>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new load balancer.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the load balancer, unique in the region, 1 to 32 characters, not beginning with `internal-`. Changing it makes
    /// a new load balancer.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=32),
            pattern(
                "^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?$",
                "consist of letters, digits and hyphens, and start and end with a letter or a digit"
            )
        )
    )]
    pub name: Value<String>,
    /// `application` for HTTP and HTTPS, `network` for TCP, TLS and UDP. Changing it makes a new load balancer.
    #[attr(optional, requires_replace, default = BalancerType::Application)]
    pub r#type: Value<BalancerType>,
    /// `internal` for addresses inside the VPC, `internet-facing` for public ones. Changing it makes a new load balancer.
    #[attr(optional, requires_replace, default = Scheme::Internal)]
    pub scheme: Value<Scheme>,
    /// Subnets of the load balancer, one in each availability zone: 2 or more for `application`, 1 or more for `network`.
    #[attr(required, validate(len(1..), each(pattern("^subnet-", "be the id of a subnet"))))]
    pub subnet_ids: Value<BTreeSet<String>>,
    /// Security groups of the load balancer. For `application` the default one of the VPC if it is not set. One of the type
    /// `network` that was made without cannot be given any, nor can all be taken away: that makes a new load balancer.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(len(1..=5), each(pattern("^sg-", "be the id of a security group")))
    )]
    pub security_group_ids: Value<BTreeSet<String>>,
    /// Kinds of addresses: `ipv4` or `dualstack`.
    #[attr(optional, default = IpAddressType::Ipv4)]
    pub ip_address_type: Value<IpAddressType>,
    /// Where the load balancer listens, by names of your own.
    #[attr(optional, validate(len(..=50), keys(pattern("^[0-9A-Za-z][0-9A-Za-z_.-]{0,62}$", "be a name of up to 63 letters, digits, hyphens, dots and underscores"))))]
    pub listeners: Value<BTreeMap<String, Listener>>,
    /// Groups of targets that listeners forward to, by names of your own.
    #[attr(optional, validate(len(..=100), keys(pattern("^[0-9A-Za-z][0-9A-Za-z_.-]{0,62}$", "be a name of up to 63 letters, digits, hyphens, dots and underscores"))))]
    pub target_groups: Value<BTreeMap<String, TargetGroup>>,
    /// Seconds after which a connection on which nothing is sent is closed. It counts only for `application`.
    #[attr(optional, default = 60, validate(range(1..=4000)))]
    pub idle_timeout_seconds: Value<u32>,
    /// Whether HTTP/2 is spoken with clients. It counts only for `application`.
    #[attr(optional, default = true)]
    pub http2: Value<bool>,
    /// Whether headers with invalid names are taken out of requests. It counts only for `application`.
    #[attr(optional, default = true)]
    pub drop_invalid_headers: Value<bool>,
    /// Whether targets in every zone get the same part of the traffic. It counts only for `network`; `application` always
    /// does it.
    #[attr(optional, default = false)]
    pub cross_zone: Value<bool>,
    /// Where a log of all requests goes. There is none if it is not set.
    #[attr(optional)]
    pub access_logs: Value<AccessLogs>,
    /// Whether the load balancer is protected from removal, here and by AWS.
    #[attr(optional, default = true)]
    pub deletion_protection: Value<bool>,
    /// Tags of the load balancer, its listeners and target groups, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=46), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the load balancer: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the load balancer.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Host name of the load balancer.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub dns_name: Value<String>,
    /// Id of the hosted zone of that name, for alias records.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub zone_id: Value<String>,
    /// The VPC of the load balancer.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub vpc_id: Value<String>,
    /// ARNs of the listeners, by name.
    #[attr(computed, keep_unless_changed(listeners))]
    pub listener_arns: Value<BTreeMap<String, String>>,
    /// ARNs of the target groups, by name.
    #[attr(computed, keep_unless_changed(target_groups))]
    pub target_group_arns: Value<BTreeMap<String, String>>,
    /// How long operations may take. By default 15 minutes to make, to change and to remove the load balancer.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Where a log of all requests goes.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AccessLogs {
    /// Name of the bucket, in the same region. Its policy has to let Elastic Load Balancing store objects.
    #[attr(required, validate(len(3..=63)))]
    pub bucket: Value<String>,
    /// What the keys of the log's objects begin with.
    #[attr(optional, validate(len(1..=255)))]
    pub prefix: Value<String>,
}

/// What a load balancer understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum BalancerType {
    /// HTTP and HTTPS.
    Application,
    /// TCP, TLS and UDP.
    Network,
}

/// From where a load balancer can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Scheme {
    /// From inside the VPC.
    Internal,
    /// From the internet.
    #[choice("internet-facing")]
    InternetFacing,
}

/// Kinds of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum IpAddressType {
    /// IPv4 alone.
    #[choice("ipv4")]
    Ipv4,
    /// IPv4 and IPv6.
    #[choice("dualstack")]
    Dualstack,
}

impl LoadBalancerModel {
    /// What it understands.
    pub(super) fn kind(&self) -> BalancerType {
        self.r#type.known().copied().unwrap_or(BalancerType::Application)
    }
}
