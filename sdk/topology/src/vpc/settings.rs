//! What can be set about a VPC: tiers, NAT, endpoints and flow logs.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Dynamic, Value};
use sparki_derive::{Choice, Model};

/// A tier of subnets, one in each availability zone.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Tier {
    /// How many bits longer the prefix of each subnet is than that of the VPC, as in Terraform's `cidrsubnet`: 4 in a
    /// `/16` makes subnets of `/20`. AWS takes subnets from `/16` to `/28`. The size of a subnet cannot be changed; add
    /// another tier instead.
    #[attr(required, validate(range(1..=12)))]
    pub newbits: Value<u32>,
    /// How the subnets reach the internet: `public` both ways, `private` out through NAT, `isolated` not at all.
    #[attr(optional, default = Access::Private)]
    pub access: Value<Access>,
}

/// How subnets reach the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Access {
    /// Both ways, by the internet gateway. Instances get public addresses, and load balancers for the internet are put
    /// here.
    Public,
    /// Outwards, by a NAT gateway if there is one. Internal load balancers are put here.
    Private,
    /// Not at all.
    Isolated,
}

/// How many NAT gateways there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Nat {
    /// None.
    None,
    /// One, in the first zone, for all zones.
    Single,
    /// One in each zone, so that a zone that fails takes no other with it.
    PerZone,
}

/// Where the records of what passes through the VPC go.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct FlowLogs {
    /// ARN of a log group of CloudWatch Logs, without the `:*` that some of AWS's answers end with, or of an S3 bucket or a
    /// folder in one.
    #[attr(
        required,
        validate(
            pattern(
                "^arn:[^:]+:(logs:[^:]+:[0-9]{12}:log-group:|s3:::).+",
                "be the ARN of a log group or of an S3 bucket"
            ),
            custom(is_of_the_group)
        )
    )]
    pub destination_arn: Value<String>,
    /// ARN of the IAM role that may write to the log group, which needs it. An S3 bucket needs none.
    #[attr(optional, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role")))]
    pub role_arn: Value<String>,
    /// Which traffic is recorded.
    #[attr(optional, default = Traffic::All)]
    pub traffic: Value<Traffic>,
    /// Over how many seconds records are put together: 60 or 600.
    #[attr(optional, default = 600_u32, validate(custom(is_interval)))]
    pub aggregation_seconds: Value<u32>,
}

/// Which traffic flow logs record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Traffic {
    /// What is let through and what is not.
    #[choice("ALL")]
    All,
    /// What is let through.
    #[choice("ACCEPT")]
    Accept,
    /// What is not let through.
    #[choice("REJECT")]
    Reject,
}

/// The default of `tiers`. They leave room for nothing else with three zones: a quarter each for three private subnets.
pub(super) fn default_tiers() -> BTreeMap<String, Tier> {
    let tier = |newbits: u32, access: Access| Tier::new(newbits).access(access);
    [
        ("public", tier(4, Access::Public)),
        ("private", tier(2, Access::Private)),
        ("data", tier(6, Access::Isolated)),
    ]
    .map(|(name, tier)| (name.to_owned(), tier))
    .into()
}

/// The default of `endpoints`: it costs nothing, and keeps images and backups off the NAT gateways.
pub(super) fn default_endpoints() -> BTreeSet<String> {
    BTreeSet::from(["s3".to_owned()])
}

/// AWS answers the ARN of the group itself, so another one would be a change in every plan.
fn is_of_the_group(arn: &Dynamic) -> Result<(), String> {
    match arn.as_str().and_then(|arn| arn.strip_suffix(":*")) {
        Some(group) => Err(format!("must not end in \":*\": use \"{group}\"")),
        None => Ok(()),
    }
}

fn is_interval(seconds: &Dynamic) -> Result<(), String> {
    if *seconds == Dynamic::from(60) || *seconds == Dynamic::from(600) {
        return Ok(());
    }
    Err("must be 60 or 600".into())
}
