//! The definition of `sparki_workspace`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::Workspace;
use super::plan::is_cidr;
use crate::Slug;
use crate::labels::{is_label_key, is_label_value};

/// A workspace: the tenant that projects, members and policies belong to.
///
/// Removing a workspace is refused while `deletion_protection` is on, and while it still has projects unless
/// `delete_behavior` is `cascade`.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct WorkspaceModel {
    /// Identifier assigned by the control plane.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Workspace>>,
    /// Name shown to people, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Name in URLs and paths, 2 to 255 characters, unique among all workspaces. Made from `name` if it is not set.
    /// Changing it makes a new workspace.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub slug: Value<Slug>,
    /// Identifier of the user who owns the workspace: at first the one who made it.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub owner_id: Value<String>,
    /// What the workspace is for, 1 to 1000 characters.
    #[attr(optional, validate(len(1..=1000)))]
    pub description: Value<String>,
    /// Region in which builds run unless a project says otherwise.
    #[attr(
        optional,
        default = "us-east-1",
        validate(pattern("^[a-z]{2}(-[a-z]+)+-[0-9]$", "be a region such as us-east-1"))
    )]
    pub default_region: Value<String>,
    /// Regions that data may be kept in. Everywhere if it is not set.
    #[attr(optional, validate(each(pattern("^[a-z]{2}(-[a-z]+)+-[0-9]$", "be a region such as us-east-1"))))]
    pub data_residency: Value<BTreeSet<String>>,
    /// Who may sign in, and for how long.
    #[attr(optional, default = Security::new())]
    pub security: Value<Security>,
    /// How long things are kept.
    #[attr(optional, default = Retention::new())]
    pub retention: Value<Retention>,
    /// What every promotion in the workspace needs.
    #[attr(optional, default = PromotionPolicy::new())]
    pub promotion_policy: Value<PromotionPolicy>,
    /// Whether the workspace is protected from removal.
    #[attr(optional, default = true)]
    pub deletion_protection: Value<bool>,
    /// What removal does with projects that are still there: `block` refuses, `cascade` removes them too.
    #[attr(optional, local, default = DeleteBehavior::Block)]
    pub delete_behavior: Value<DeleteBehavior>,
    /// Labels: keys of 1 to 255 bytes and values of up to 255 bytes of your own.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// When the workspace was made (RFC 3339, UTC).
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub created_at: Value<String>,
    /// When the workspace was last changed (RFC 3339, UTC).
    #[attr(computed, refine(not_null))]
    pub updated_at: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Who may sign in to a workspace, and for how long.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Security {
    /// Whether members must use a second factor.
    #[attr(optional, default = false)]
    pub mfa_required: Value<bool>,
    /// How long a session lasts, in seconds: 300 (5 minutes) to 604800 (7 days).
    #[attr(optional, default = 86_400, validate(range(300..=604_800)))]
    pub session_ttl_seconds: Value<u32>,
    /// Address ranges (CIDR) that requests may come from, such as `203.0.113.0/24`. From anywhere if it is not set.
    #[attr(optional, validate(each(custom(is_cidr))))]
    pub allowed_cidrs: Value<BTreeSet<String>>,
    /// Whether members must sign in through single sign-on.
    #[attr(optional, default = false)]
    pub require_sso: Value<bool>,
}

/// How long a workspace keeps things.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Retention {
    /// Days that builds are kept after they have ended, 1 to 3650. Then they are removed for good, but for those that a release,
    /// a deployment or a gate needs.
    #[attr(optional, default = 90, validate(range(1..=3650)))]
    pub builds_days: Value<u32>,
    /// Days that artifacts are kept, 1 to 3650.
    #[attr(optional, default = 30, validate(range(1..=3650)))]
    pub artifacts_days: Value<u32>,
    /// Days that logs are kept after what they are of has ended, 1 to 3650. Then they are removed for good.
    #[attr(optional, default = 30, validate(range(1..=3650)))]
    pub logs_days: Value<u32>,
    /// Days that the audit log is kept at least, 1 to 3650.
    #[attr(optional, default = 365, validate(range(1..=3650)))]
    pub audit_days: Value<u32>,
}

/// What every promotion in a workspace needs.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PromotionPolicy {
    /// Approvals that a promotion needs at least, 0 to 10.
    #[attr(optional, default = 0, validate(range(0..=10)))]
    pub min_approvals: Value<u32>,
    /// Whether whoever asks for a promotion may not approve it.
    #[attr(optional, default = false)]
    pub separation_of_duties: Value<bool>,
    /// Whether only signed artifacts may be promoted.
    #[attr(optional, default = false)]
    pub require_signed_artifacts: Value<bool>,
}

/// What removing a workspace does with its projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum DeleteBehavior {
    /// The removal is refused.
    Block,
    /// They are removed as well.
    Cascade,
}
