//! The definition of `sparki_iam_role`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Id, Timeouts, Value};
use sparki_derive::Model;

use super::{IamRole, Trust};
use crate::operation::{PolicyText, key_is_free};

/// An IAM role: who may assume it, and what it may do.
///
/// The role owns its inline policies and attachments: those that are not listed here are drift, and are taken away. A new role
/// counts as made when IAM has shown it several times in a row; services that see it later than that are asked again by the
/// resources that use it.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(name, name_prefix), exactly_one_of(trust, assume_role_policy))]
pub struct IamRoleModel {
    /// Name of the role.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<IamRole>>,
    /// Name of the role, unique in the account, 1 to 64 characters. Changing it makes a new role.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace,
        refine(not_null),
        validate(len(1..=64), pattern("^[a-zA-Z0-9+=,.@_-]+$", "have no spaces and only the signs +=,.@_-"))
    )]
    pub name: Value<String>,
    /// What the name begins with, 1 to 38 characters; the rest is made up. A prefix that the name does not have makes a new
    /// role.
    #[attr(
        optional,
        local,
        validate(len(1..=38), pattern("^[a-zA-Z0-9+=,.@_-]+$", "have no spaces and only the signs +=,.@_-"))
    )]
    pub name_prefix: Value<String>,
    /// Path of the role, by which policies can mean many. Changing it makes a new role.
    #[attr(
        optional,
        default = "/",
        requires_replace,
        validate(len(1..=512), pattern("^/([!-~]+/)?$", "begin and end with a slash"))
    )]
    pub iam_path: Value<String>,
    /// What the role is for.
    #[attr(optional, validate(len(..=1000)))]
    pub description: Value<String>,
    /// Who may assume the role.
    #[attr(optional)]
    pub trust: Value<Trust>,
    /// Who may assume the role, as a policy in JSON, where `trust` cannot say it.
    #[attr(optional)]
    pub assume_role_policy: Value<PolicyText>,
    /// What the role may do: policies in JSON of its own, by name.
    #[attr(
        optional,
        validate(keys(len(1..=128)), keys(pattern("^[a-zA-Z0-9+=,.@_-]+$", "have only the signs +=,.@_-")))
    )]
    pub inline_policies: Value<BTreeMap<String, PolicyText>>,
    /// What the role may do: ARNs of policies that others may have as well.
    #[attr(
        optional,
        validate(len(..=20), each(pattern("^arn:[^:]+:iam::(aws|[0-9]{12}):policy/", "be the ARN of a policy")))
    )]
    pub managed_policy_arns: Value<BTreeSet<String>>,
    /// ARN of the policy that bounds what the role may do, whatever its other policies say.
    #[attr(optional, validate(pattern("^arn:[^:]+:iam::(aws|[0-9]{12}):policy/", "be the ARN of a policy")))]
    pub permissions_boundary: Value<String>,
    /// How long a session of the role may last, 3600 to 43200.
    #[attr(optional, default = 3600, validate(range(3600..=43200)))]
    pub max_session_seconds: Value<u32>,
    /// Whether the removal of the role also takes away policies and instance profiles that were given to it elsewhere in the
    /// meantime. Otherwise AWS refuses to remove it then.
    #[attr(optional, local, default = false)]
    pub force_detach: Value<bool>,
    /// Whether the role is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the role, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the role: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the role.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// AWS's id of the role, which another role of the same name would not have: `AROA` and what follows.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub unique_id: Value<String>,
    /// How long operations may take. By default 10 minutes to make, to change and to remove the role.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}
