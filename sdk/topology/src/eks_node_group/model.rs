//! The definition of `sparki_eks_node_group`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{Disk, EksNodeGroup, LaunchTemplate, Metadata};
use crate::operation::key_is_free;

/// A managed node group: machines of one kind that an EKS cluster runs its pods on.
///
/// The number of machines moves between `min` and `max`; once the group is made, that is the autoscaler's business, and
/// `desired_size` is never a reason for a change. Upgrade the cluster before its nodes: best, let `version` be that of the
/// cluster, and they follow it in the same run.
///
/// A new group has an EC2 launch template of its own, which says what its machines are like: their disk, their metadata service,
/// their tags and security groups. A change of these makes another version of the template, and AWS exchanges the machines for
/// new ones within the group, as many at once as `max_unavailable` lets it. A group that was made without a template, by an
/// earlier version or by something else, stays as it is until one of these is set to something else, which makes another
/// group. Credentials need `ec2:RunInstances` and `ec2:CreateTags` besides what the requests themselves need, for EKS tries
/// the template on their behalf.
///
/// With `name_prefix` instead of `name`, and `create_before_destroy` in the `lifecycle` block, a change that needs another
/// group makes it, and waits until its machines are ready, before the old one is drained and removed. With `name` the old one
/// has to go first, for two groups of a cluster cannot have the same name; `create_before_destroy` then fails and says so.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(name_prefix, name), conflicting(max_unavailable_percentage, max_unavailable))]
pub struct EksNodeGroupModel {
    /// Region, cluster and name of the group: `us-east-1/main/workers`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<EksNodeGroup>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new group.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the cluster. Changing it makes a new group.
    #[attr(required, requires_replace, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
    /// Name of the group, unique in the cluster, 1 to 63 characters. Changing it makes a new group.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace,
        refine(not_null),
        validate(
            len(1..=63),
            pattern(
                "^[0-9A-Za-z][0-9A-Za-z_-]*$",
                "consist of letters, digits, hyphens and underscores, and start with a letter or a digit"
            )
        )
    )]
    pub name: Value<String>,
    /// What the name begins with, 1 to 51 characters; the rest is made up. A prefix that the name does not have makes a new
    /// group.
    #[attr(
        optional,
        local,
        validate(
            len(1..=51),
            pattern(
                "^[0-9A-Za-z][0-9A-Za-z_-]*$",
                "consist of letters, digits, hyphens and underscores, and start with a letter or a digit"
            )
        )
    )]
    pub name_prefix: Value<String>,
    /// ARN of the IAM role of the machines. Changing it makes a new group.
    #[attr(
        required,
        requires_replace,
        validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role"))
    )]
    pub role_arn: Value<String>,
    /// Subnets in which the machines run. Changing them makes a new group.
    #[attr(required, requires_replace, validate(len(1..), each(pattern("^subnet-", "be the id of a subnet"))))]
    pub subnet_ids: Value<BTreeSet<String>>,
    /// Kubernetes version of the machines, such as `1.33`. The cluster's at the time of creation if it is not set. It
    /// cannot be lowered, nor be newer than the cluster's.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        refine(not_null),
        validate(pattern("^[0-9]+\\.[0-9]+$", "be a Kubernetes version of two numbers, such as \"1.33\""))
    )]
    pub version: Value<String>,
    /// Version of the machine image, such as `1.33.1-20250920`. AWS's newest if it is not set, each time when the group is
    /// made or gets another `version`; in between it stays as it is.
    #[attr(
        optional,
        computed,
        keep_unless_changed(version),
        validate(pattern(
            "^[0-9]+\\.[0-9]+\\.[0-9]+-",
            "be a release of the image such as \"1.33.1-20250920\""
        ))
    )]
    pub release_version: Value<String>,
    /// Kinds of machines, in order of preference. Changing them makes a new group.
    #[attr(
        optional,
        requires_replace,
        default = vec!["t3.large".to_owned()],
        validate(len(1..=20), unique, each(pattern("^[a-z0-9-]+\\.[a-z0-9-]+$", "be an instance type such as t3.large")))
    )]
    pub instance_types: Value<Vec<String>>,
    /// `ON_DEMAND` for machines that stay, `SPOT` for cheaper ones that AWS may take back. Changing it makes a new
    /// group.
    #[attr(optional, requires_replace, default = CapacityType::OnDemand)]
    pub capacity_type: Value<CapacityType>,
    /// Machine image, such as `AL2023_x86_64_STANDARD`. AWS's choice if it is not set. Changing it makes a new group.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub ami_type: Value<String>,
    /// Disk of each machine in GiB. Changing it exchanges the machines; it makes a new group where the group has no launch
    /// template of its own.
    #[attr(optional, default = 20, validate(range(1..=16384)))]
    pub disk_gib: Value<u32>,
    /// What else the disk of each machine is like: encrypted and `gp3` if it is not set. Changing it exchanges the machines.
    #[attr(optional, computed)]
    pub disk: Value<Disk>,
    /// Metadata service of the machines: version 2 only, which pods can reach, if it is not set. Changing it exchanges the
    /// machines.
    #[attr(optional, computed)]
    pub metadata: Value<Metadata>,
    /// Security groups of the machines, besides the one that AWS makes for the cluster. Changing them exchanges the machines.
    #[attr(optional, computed, validate(len(..=15), each(pattern("^sg-", "be the id of a security group"))))]
    pub security_group_ids: Value<BTreeSet<String>>,
    /// Tags of the machines and their disks, besides the provider's default tags. Changing them exchanges the machines.
    #[attr(
        optional,
        computed,
        validate(len(..=40), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256)))
    )]
    pub machine_tags: Value<BTreeMap<String, String>>,
    /// Fewest machines.
    #[attr(optional, default = 10, validate(range(0..)))]
    pub min: Value<u32>,
    /// Most machines, 1 or more.
    #[attr(optional, default = 50, validate(range(1..)))]
    pub max: Value<u32>,
    /// Machines to begin with; `min` if it is not set. It counts only when the group is made.
    #[attr(optional, computed, use_state_for_unknown, local, validate(range(0..)))]
    pub initial_size: Value<u32>,
    /// Kubernetes labels of the machines.
    #[attr(optional, validate(len(..=50), keys(len(1..=317)), each(len(..=63))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// Kubernetes taints of the machines, by which they refuse pods.
    #[attr(optional, validate(len(..=50)))]
    pub taints: Value<BTreeSet<Taint>>,
    /// Machines that may be out of service at once while the group is updated: 1 to 100. 1 if neither this nor
    /// `max_unavailable_percentage` is set.
    #[attr(optional, computed, use_state_for_unknown, validate(range(1..=100)))]
    pub max_unavailable: Value<u32>,
    /// The same as a part of all machines of the group, in percent.
    #[attr(optional, computed, use_state_for_unknown, validate(range(1..=100)))]
    pub max_unavailable_percentage: Value<u32>,
    /// Whether machines are added before others go while the group is updated: `DEFAULT` does so, `MINIMAL` takes machines
    /// out of service first, for kinds of machines of which there are few.
    #[attr(optional, default = UpdateStrategy::Default)]
    pub update_strategy: Value<UpdateStrategy>,
    /// Whether an update goes on where a pod cannot be moved because a disruption budget forbids it. The pod is then ended.
    #[attr(optional, local, default = false)]
    pub force_update: Value<bool>,
    /// Whether AWS replaces or restarts machines that are not healthy.
    #[attr(optional, default = false)]
    pub node_repair: Value<bool>,
    /// Whether the group is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the group and its launch template, besides the provider's default tags. They are not those of its machines:
    /// see `machine_tags`.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the group: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the group.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// The group's EC2 launch template. None where the group was made without one.
    #[attr(computed)]
    pub launch_template: Value<LaunchTemplate>,
    /// Status of the group: `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `CREATE_FAILED`, `DELETE_FAILED` or
    /// `DEGRADED`; `GONE` if something else has removed it and left its launch template.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// Machines that the group has or is about to have. The autoscaler moves it.
    #[attr(computed)]
    pub desired_size: Value<u32>,
    /// How long operations may take. By default 30 minutes to make the group, 60 to change and 30 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// A mark by which machines refuse pods that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub struct Taint {
    /// Key of the taint.
    #[attr(required, validate(len(1..=63)))]
    pub key: Value<String>,
    /// Value of the taint.
    #[attr(optional, validate(len(..=63)))]
    pub value: Value<String>,
    /// What happens to pods that do not tolerate it: `NO_SCHEDULE`, `PREFER_NO_SCHEDULE` or `NO_EXECUTE`.
    #[attr(required)]
    pub effect: Value<Effect>,
}

/// What happens to pods that do not tolerate a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Effect {
    /// They are not placed on the machine.
    #[choice("NO_SCHEDULE")]
    NoSchedule,
    /// They are placed elsewhere if possible.
    #[choice("PREFER_NO_SCHEDULE")]
    PreferNoSchedule,
    /// They have to leave the machine.
    #[choice("NO_EXECUTE")]
    NoExecute,
}

/// How machines are bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum CapacityType {
    /// They stay for as long as they are wanted.
    #[choice("ON_DEMAND")]
    OnDemand,
    /// They are cheaper, and AWS may take them back.
    #[choice("SPOT")]
    Spot,
}

/// How machines are exchanged while a group is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum UpdateStrategy {
    /// New ones first.
    #[choice("DEFAULT")]
    Default,
    /// Old ones first.
    #[choice("MINIMAL")]
    Minimal,
}
