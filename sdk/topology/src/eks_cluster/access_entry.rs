//! The definition of access entries: who may do what in a cluster.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Dynamic, Value};
use sparki_derive::{Choice, Model};

/// What an IAM principal may do in a cluster.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AccessEntry {
    /// What the principal is: `STANDARD` for people and programs, or the kind of machines that join with it, such as
    /// `EC2_LINUX`. Only the first has groups and policies. Managed node groups have entries that AWS makes.
    #[attr(optional, default = EntryType::Standard)]
    pub r#type: Value<EntryType>,
    /// Kubernetes groups that the principal is in, for role bindings inside the cluster.
    #[attr(
        optional,
        validate(
            len(1..),
            each(len(1..)),
            each(custom(is_no_group_of_kubernetes))
        )
    )]
    pub kubernetes_groups: Value<BTreeSet<String>>,
    /// Name that the principal has in the cluster. AWS makes one of its ARN if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub username: Value<String>,
    /// Where the principal has which of AWS's policies, by the ARN of the policy, such as
    /// `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`.
    #[attr(
        optional,
        validate(
            len(1..),
            keys(pattern("^arn:[^:]+:eks::aws:cluster-access-policy/", "be the ARN of an access policy of EKS"))
        )
    )]
    pub policies: Value<BTreeMap<String, AccessScope>>,
}

/// Refuses groups of Kubernetes' own. AWS lets nobody in by them.
fn is_no_group_of_kubernetes(group: &Dynamic) -> Result<(), String> {
    if group.as_str().is_some_and(|group| group.starts_with("system:")) {
        return Err(
            "must not begin with \"system:\"; give the principal a policy, or bind a group of your own"
                .into(),
        );
    }
    Ok(())
}

/// Where a policy counts.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AccessScope {
    /// Namespaces in which it counts; `*` stands for any text. The whole cluster if it is not set.
    #[attr(optional, validate(len(1..), each(len(1..))))]
    pub namespaces: Value<BTreeSet<String>>,
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum EntryType {
    /// A person or a program.
    #[choice("STANDARD")]
    Standard,
    /// Linux machines that one manages oneself.
    #[choice("EC2_LINUX")]
    Ec2Linux,
    /// Windows machines.
    #[choice("EC2_WINDOWS")]
    Ec2Windows,
    /// Machines of EKS Auto Mode with a role of their own.
    #[choice("EC2")]
    Ec2,
    /// Fargate.
    #[choice("FARGATE_LINUX")]
    FargateLinux,
    /// Machines outside of AWS.
    #[choice("HYBRID_LINUX")]
    HybridLinux,
    /// Machines of SageMaker HyperPod.
    #[choice("HYPERPOD_LINUX")]
    HyperpodLinux,
}

/// How principals are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum AuthenticationMode {
    /// By the config map `aws-auth` in the cluster.
    #[choice("CONFIG_MAP")]
    ConfigMap,
    /// By both.
    #[choice("API_AND_CONFIG_MAP")]
    ApiAndConfigMap,
    /// By access entries.
    #[choice("API")]
    Api,
}
