//! The definition of `sparki_eks_cluster`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{AccessEntry, AuthenticationMode, EksCluster};
use crate::operation::key_is_free;

/// An EKS cluster: the control plane of Kubernetes in one AWS region. Nodes are a `sparki_eks_node_group`.
///
/// The endpoint is private and every log is on unless you say otherwise. A cluster is upgraded one minor version at a
/// time, in place, and is protected from removal until `deletion_protection` is set to false.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksClusterModel {
    /// Region and name of the cluster: `us-east-1/main`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<EksCluster>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new cluster.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the cluster, unique in the region, 1 to 100 characters. Changing it makes a new cluster.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=100),
            pattern(
                "^[0-9A-Za-z][0-9A-Za-z_-]*$",
                "consist of letters, digits, hyphens and underscores, and start with a letter or a digit"
            )
        )
    )]
    pub name: Value<String>,
    /// Kubernetes version, such as `1.33`. AWS's default version if it is not set. It can be raised by one minor
    /// version at a time, and never lowered.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        refine(not_null),
        validate(pattern("^[0-9]+\\.[0-9]+$", "be a Kubernetes version of two numbers, such as \"1.33\""))
    )]
    pub version: Value<String>,
    /// ARN of the IAM role with which the cluster manages AWS on your behalf. Changing it makes a new cluster.
    #[attr(
        required,
        requires_replace,
        validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role"))
    )]
    pub role_arn: Value<String>,
    /// Subnets of the control plane, 2 or more, in at least two availability zones.
    #[attr(required, validate(len(2..), each(pattern("^subnet-", "be the id of a subnet"))))]
    pub subnet_ids: Value<BTreeSet<String>>,
    /// Security groups of the control plane, besides the one that AWS makes for the cluster.
    #[attr(optional, validate(len(..=5), each(pattern("^sg-", "be the id of a security group"))))]
    pub security_group_ids: Value<BTreeSet<String>>,
    /// From where the API of the cluster can be reached. Only from inside the VPC if it is not set.
    #[attr(optional, default = Endpoint::new().private(true).public(false))]
    pub endpoint: Value<Endpoint>,
    /// ARN of the KMS key that encrypts the cluster's secrets, besides AWS's own encryption. A cluster without one can be
    /// given one. Changing it, and taking it away, makes a new cluster.
    #[attr(
        optional,
        requires_replace_if = is_exchanged,
        validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key"))
    )]
    pub kms_key_arn: Value<String>,
    /// How principals are let in: `API` by access entries, `CONFIG_MAP` by the config map `aws-auth`, or
    /// `API_AND_CONFIG_MAP`. A new cluster has `API` if it is not set. It only ever goes from the config map towards the
    /// API.
    #[attr(optional, computed, use_state_for_unknown)]
    pub authentication_mode: Value<AuthenticationMode>,
    /// Who may do what in the cluster, by the ARN of the IAM role or user. Entries that are not listed here and were made
    /// by somebody else, AWS included, are left alone and not shown.
    #[attr(
        optional,
        validate(keys(pattern(
            "^arn:[^:]+:iam::[0-9]{12}:(role|user)/",
            "be the ARN of an IAM role or user"
        )))
    )]
    pub access_entries: Value<BTreeMap<String, AccessEntry>>,
    /// Whether IAM trusts the cluster's OpenID Connect issuer, so that service accounts can have roles. The provider in
    /// IAM is made and removed with the cluster.
    #[attr(optional, default = false)]
    pub oidc_provider: Value<bool>,
    /// Whether AWS may move the cluster's traffic away from an availability zone that fails.
    #[attr(optional, default = false)]
    pub zonal_shift: Value<bool>,
    /// Logs of the control plane to send to CloudWatch: `api`, `audit`, `authenticator`, `controllerManager` and
    /// `scheduler`. All of them if it is not set; `[]` for none.
    #[attr(optional, default = every_log())]
    pub log_types: Value<BTreeSet<LogType>>,
    /// What happens when standard support for the version ends: `STANDARD` upgrades the cluster, `EXTENDED` keeps the
    /// version for another year at a higher price.
    #[attr(optional, default = SupportType::Standard)]
    pub support_type: Value<SupportType>,
    /// Whether an upgrade goes on although AWS finds that the cluster is not ready for the version.
    #[attr(optional, local, default = false)]
    pub force_update: Value<bool>,
    /// Whether a new cluster comes with AWS's network plugin, `kube-proxy` and CoreDNS, which nobody then manages. Without them,
    /// nodes are not ready until the cluster has the add-ons `vpc-cni` and `kube-proxy`, so make these before node groups. It
    /// counts only when the cluster is made.
    #[attr(optional, local, default = false)]
    pub bootstrap_self_managed_addons: Value<bool>,
    /// Whether the cluster is protected from removal, here and by AWS.
    #[attr(optional, default = true)]
    pub deletion_protection: Value<bool>,
    /// Tags of the cluster, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the cluster: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the cluster.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// URL of the cluster's API.
    #[attr(computed, use_state_for_unknown)]
    pub endpoint_url: Value<String>,
    /// Certificate authority of the cluster's API: PEM, encoded in base64.
    #[attr(computed, use_state_for_unknown)]
    pub certificate_authority: Value<String>,
    /// URL of the cluster's OpenID Connect issuer, for roles of service accounts.
    #[attr(computed, use_state_for_unknown)]
    pub oidc_issuer: Value<String>,
    /// ARN of the OpenID Connect provider in IAM; none unless `oidc_provider` is true.
    #[attr(computed, keep_unless_changed(oidc_provider))]
    pub oidc_provider_arn: Value<String>,
    /// The security group that AWS makes for the cluster, between the control plane and the machines.
    #[attr(computed, use_state_for_unknown)]
    pub cluster_security_group_id: Value<String>,
    /// The VPC of the cluster.
    #[attr(computed, use_state_for_unknown)]
    pub vpc_id: Value<String>,
    /// Status of the cluster: `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `FAILED` or `PENDING`.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// When AWS's support for the cluster's version ends, in RFC 3339: standard support, after which AWS upgrades the cluster,
    /// or extended support if `support_type` is `EXTENDED`. Null where AWS does not say.
    #[attr(computed, keep_unless_changed(version, support_type))]
    pub end_of_support_at: Value<String>,
    /// Platform version, which AWS raises by itself: `eks.7`.
    #[attr(computed)]
    pub platform_version: Value<String>,
    /// How long operations may take. By default 30 minutes to make the cluster, 60 to change and 20 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// From where the API of a cluster can be reached.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Endpoint {
    /// Whether it can be reached from inside the VPC.
    #[attr(optional, default = true)]
    pub private: Value<bool>,
    /// Whether it can be reached from the internet.
    #[attr(optional, default = false)]
    pub public: Value<bool>,
    /// Address ranges on the internet that may reach it, such as `203.0.113.0/24`: 1 to 40. All of them if it is not
    /// set.
    #[attr(
        optional,
        validate(
            len(1..=40),
            each(pattern("^[0-9a-fA-F.:]+/[0-9]{1,3}$", "be a range of addresses such as 203.0.113.0/24"))
        )
    )]
    pub cidrs: Value<BTreeSet<String>>,
}

/// A log of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum LogType {
    /// Requests to the API server.
    Api,
    /// Who did what.
    Audit,
    /// Who signed on with IAM.
    Authenticator,
    /// The loops that keep the cluster as it is meant to be.
    #[choice("controllerManager")]
    ControllerManager,
    /// Where pods are placed, and why.
    Scheduler,
}

/// What happens when standard support for a version ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum SupportType {
    /// AWS upgrades the cluster.
    #[choice("STANDARD")]
    Standard,
    /// The version is kept for another year at a higher price.
    #[choice("EXTENDED")]
    Extended,
}

/// Whether a key is replaced by another one or by none, for which AWS has no request.
fn is_exchanged(prior: &Dynamic, planned: &Dynamic) -> bool {
    !prior.is_null() && prior != planned
}

/// The default of `log_types`.
fn every_log() -> BTreeSet<LogType> {
    LogType::ALL.iter().copied().collect()
}
