//! The definition of `sparki_eks_addon`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Id, JsonText, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::EksAddon;
use crate::operation::key_is_free;

/// An add-on of an EKS cluster: software such as `coredns` or `vpc-cni` that AWS installs and keeps running.
///
/// What `version` stands for is looked up whenever the add-on is read, so a newer one shows in the plan, as a change of
/// `installed_version`. An add-on goes back only to a version that is written down. Set `cluster_version` to the version
/// of the cluster, and the add-on follows in the same apply when the cluster is upgraded.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(service_account_role_arn, pod_identities))]
pub struct EksAddonModel {
    /// Region, cluster and name of the add-on: `us-east-1/main/coredns`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<EksAddon>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new add-on.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the cluster. Changing it makes a new add-on.
    #[attr(required, requires_replace, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
    /// Name of the add-on, such as `coredns`. Changing it makes a new add-on.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=100),
            pattern("^[0-9A-Za-z][0-9A-Za-z_-]*$", "consist of letters, digits, hyphens and underscores")
        )
    )]
    pub name: Value<String>,
    /// Which version: `default` for AWS's default with the cluster's Kubernetes version, `latest` for the newest, or a
    /// certain one, such as `v1.12.1-eksbuild.2`.
    #[attr(
        optional,
        default = "default",
        validate(any(
            one_of("default", "latest"),
            pattern(
                "^v?[0-9]+\\.[0-9]",
                "be \"default\", \"latest\" or a version such as \"v1.12.1-eksbuild.2\""
            )
        ))
    )]
    pub version: Value<String>,
    /// Kubernetes version for which the add-on's version is chosen, such as `1.33`: best the `version` of the cluster.
    /// What the cluster runs if it is not set.
    #[attr(
        optional,
        local,
        validate(pattern("^[0-9]+\\.[0-9]+$", "be a Kubernetes version of two numbers, such as \"1.33\""))
    )]
    pub cluster_version: Value<String>,
    /// Settings of the add-on as a JSON document, in the form that `aws eks describe-addon-configuration` shows.
    #[attr(optional)]
    pub configuration_values: Value<JsonText>,
    /// ARN of the IAM role of the add-on's service account, through the cluster's OpenID Connect provider. Without it,
    /// and without `pod_identities`, the add-on has the role of the machines.
    #[attr(optional, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role")))]
    pub service_account_role_arn: Value<String>,
    /// ARNs of the IAM roles of the add-on's service accounts, by the name of the service account, through EKS Pod
    /// Identity. It needs the add-on `eks-pod-identity-agent`.
    #[attr(
        optional,
        validate(
            len(1..),
            keys(len(1..)),
            each(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role"))
        )
    )]
    pub pod_identities: Value<BTreeMap<String, String>>,
    /// What happens to settings in the cluster that differ from the add-on's when it is installed: `OVERWRITE`, or
    /// `NONE` to fail.
    #[attr(optional, local, default = OnCreate::Overwrite)]
    pub resolve_conflicts_on_create: Value<OnCreate>,
    /// What happens to settings in the cluster that differ from the add-on's when it is changed: `PRESERVE` keeps them,
    /// `OVERWRITE` does not, `NONE` fails.
    #[attr(optional, local, default = OnUpdate::Preserve)]
    pub resolve_conflicts_on_update: Value<OnUpdate>,
    /// Whether the software stays in the cluster when the add-on is removed. AWS then no longer looks after it.
    #[attr(optional, local, default = false)]
    pub preserve_on_delete: Value<bool>,
    /// Whether the add-on is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the add-on, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the add-on: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the add-on.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// The version that is installed.
    #[attr(computed, refine(not_null))]
    pub installed_version: Value<String>,
    /// The version that `version` stands for now.
    #[attr(computed)]
    pub available_version: Value<String>,
    /// Status of the add-on: `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `CREATE_FAILED`, `UPDATE_FAILED`,
    /// `DELETE_FAILED` or `DEGRADED`.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// How long operations may take. By default 20 minutes to install, to change and to remove the add-on.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// What happens to differing settings when an add-on is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum OnCreate {
    /// The add-on's win.
    #[choice("OVERWRITE")]
    Overwrite,
    /// The installation fails.
    #[choice("NONE")]
    Fail,
}

/// What happens to differing settings when an add-on is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum OnUpdate {
    /// Those in the cluster win.
    #[choice("PRESERVE")]
    Preserve,
    /// The add-on's win.
    #[choice("OVERWRITE")]
    Overwrite,
    /// The change fails.
    #[choice("NONE")]
    Fail,
}
