//! The definition of `sparki_eks_pod_identity`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::Model;

use super::EksPodIdentity;
use crate::operation::key_is_free;

/// An EKS Pod Identity association: the IAM role that pods of a service account have on AWS.
///
/// The cluster needs the add-on `eks-pod-identity-agent`, and the role has to trust `pods.eks.amazonaws.com`. Neither the
/// namespace nor the service account has to exist yet.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksPodIdentityModel {
    /// Region, cluster, namespace and service account: `us-east-1/main/web/shop`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<EksPodIdentity>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new association.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the cluster. Changing it makes a new association.
    #[attr(required, requires_replace, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
    /// Kubernetes namespace of the service account. Changing it makes a new association.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=63),
            pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "consist of small letters, digits and hyphens")
        )
    )]
    pub namespace: Value<String>,
    /// Name of the service account. It has at most one association. Changing it makes a new association.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=253),
            pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "consist of small letters, digits, hyphens and dots")
        )
    )]
    pub service_account: Value<String>,
    /// ARN of the IAM role, in the account of the cluster. Running pods get a new one within minutes.
    #[attr(required, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role")))]
    pub role_arn: Value<String>,
    /// ARN of a second IAM role, often in another account, which pods get by way of the first. Taking it away makes a
    /// new association.
    #[attr(
        optional,
        requires_replace_if = is_taken_away,
        validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role"))
    )]
    pub target_role_arn: Value<String>,
    /// Whether sessions of the role are tagged with cluster, namespace, pod and service account, by which policies can
    /// tell them apart.
    #[attr(optional, default = true)]
    pub session_tags: Value<bool>,
    /// Whether the association is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the association, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the association: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// AWS's id of the association: `a-` and what follows.
    #[attr(computed, use_state_for_unknown, refine(prefix = "a-"))]
    pub association_id: Value<String>,
    /// ARN of the association.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// External id by which the policy of the second role tells this association from others. None without a second
    /// role.
    #[attr(computed, keep_unless_changed(target_role_arn))]
    pub external_id: Value<String>,
    /// How long operations may take. By default 10 minutes to make, to change and to remove the association.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// AWS has no request for it.
fn is_taken_away(prior: &Dynamic, planned: &Dynamic) -> bool {
    !prior.is_null() && planned.is_null()
}
