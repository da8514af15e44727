//! What the machines of a group are like, which its launch template says.

use sparki_core::Value;
use sparki_derive::{Choice, Model};

/// The disk of each machine, but for its size.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Disk {
    /// Kind of disk: `gp3`, `gp2`, `io1` or `io2`.
    #[attr(optional, default = DiskType::Gp3)]
    pub r#type: Value<DiskType>,
    /// Whether the disk is encrypted.
    #[attr(optional, default = true)]
    pub encrypted: Value<bool>,
    /// ARN of the KMS key that encrypts the disk. The account's key for disks if it is not set. The service-linked role
    /// `AWSServiceRoleForAutoScaling` must be allowed to use it.
    #[attr(optional, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a key")))]
    pub kms_key_arn: Value<String>,
    /// Operations per second. `io1` and `io2` need it, `gp3` has 3000 without it, and `gp2` knows none.
    #[attr(optional, validate(range(100..=256_000)))]
    pub iops: Value<u32>,
    /// Throughput of a `gp3` disk in MiB per second; 125 if it is not set.
    #[attr(optional, validate(range(125..=2000)))]
    pub throughput_mibps: Value<u32>,
}

/// A kind of disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum DiskType {
    /// The usual one.
    #[choice("gp3")]
    Gp3,
    /// The usual one of earlier days, which is the faster the larger it is.
    #[choice("gp2")]
    Gp2,
    /// One with a certain number of operations per second.
    #[choice("io1")]
    Io1,
    /// The same, more durable.
    #[choice("io2")]
    Io2,
}

/// How the machines are told about themselves and get the credentials of their role: the instance metadata service.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Metadata {
    /// Whether a token is `required`, which is version 2 of the service, or `optional`.
    #[attr(optional, default = HttpTokens::Required)]
    pub http_tokens: Value<HttpTokens>,
    /// How many hops an answer may take: 1 keeps it from pods, which then need roles of their own, 2 lets it reach them.
    #[attr(optional, default = 2, validate(range(1..=64)))]
    pub hop_limit: Value<u32>,
}

/// Whether the metadata service asks for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum HttpTokens {
    /// Version 2 only.
    #[choice("required")]
    Required,
    /// Version 1 as well.
    #[choice("optional")]
    Optional,
}

/// The launch template of a group.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct LaunchTemplate {
    /// AWS's id of the template.
    #[attr(computed)]
    pub id: Value<String>,
    /// Name of the template.
    #[attr(computed)]
    pub name: Value<String>,
    /// The version of the template that the machines are made after.
    #[attr(computed)]
    pub version: Value<u32>,
    /// `OWN` as Sparki made it for the group; `CHANGED` where something else has made the group, or the template's default,
    /// another version; `MISSING` where something else has removed it; `FOREIGN` where the group was made with a template of
    /// somebody else, which Sparki neither changes nor removes.
    #[attr(computed)]
    pub condition: Value<Condition>,
}

/// What is known of the launch template of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Condition {
    /// Sparki made it, and it is as Sparki made it.
    #[choice("OWN")]
    Own,
    /// Sparki made it, and something else has changed it.
    #[choice("CHANGED")]
    Changed,
    /// Sparki made it, and something else has removed it.
    #[choice("MISSING")]
    Missing,
    /// Somebody else made it.
    #[choice("FOREIGN")]
    Foreign,
}
