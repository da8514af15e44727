//! What a workspace is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::network::NETWORK,
    auth::Role,
    delivery::{project::PROJECT, signature::SIGNING_KEY},
    document::{Fields, form::Form},
    integrations::{
        notification_channel::NOTIFICATION_CHANNEL, notification_rule::NOTIFICATION_RULE,
        platform_connection::PLATFORM_CONNECTION, webhook::WEBHOOK,
    },
    object::{Shape, id::Id, kind::Roles},
    variables::{secret::SECRET, variable::VARIABLE, variable_set::VARIABLE_SET},
};

pub(crate) static WORKSPACE: Shape = Shape {
    kind: "workspace",
    collection: "workspaces",
    table: "workspaces",
    workspace_column: "id",
    parents: &[],
    key: "slug",
    filters: &["slug"],
    immutable: &["slug"],
    computed: &["warnings"],
    children: &[
        &PROJECT,
        &VARIABLE_SET,
        &VARIABLE,
        &SECRET,
        &PLATFORM_CONNECTION,
        &NOTIFICATION_RULE,
        &NOTIFICATION_CHANNEL,
        &WEBHOOK,
    ],
    roles: Roles { create: Role::Owner, update: Role::Admin, delete: Role::Owner },
};

/// Most keys that artifacts may be signed with.
const MOST_KEYS: usize = 20;

static REGION: Form = Form::new("^[a-z]+(-[a-z]+)+-[0-9]+$", "Use the name of a region, such as us-east-1.");

/// A user, as what an id can be of.
#[derive(Debug)]
pub(crate) struct User;

/// What everything else belongs to: its members, its projects, and the rules for both.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Workspace {
    /// Name for people.
    name: String,
    /// Name in paths, unique among all workspaces; by default it is made from the name.
    slug: String,
    /// Whose workspace it is: by default whoever creates it; naming another hands it over.
    pub(super) owner_id: Option<Id<User>>,
    /// What the workspace is for.
    description: Option<String>,
    /// Region for what does not say where it is to be.
    default_region: String,
    /// Regions that data may be kept in; empty for any.
    data_residency: Vec<String>,
    /// How members prove who they are.
    security: Security,
    /// How long things are kept.
    retention: Retention,
    /// What every promotion takes.
    promotion_policy: PromotionPolicy,
    /// Whether the workspace is kept from being deleted.
    deletion_protection: bool,
    /// What of this the server keeps but does not see to.
    warnings: Vec<&'static str>,
}

/// How members of a workspace prove who they are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceSecurity")]
struct Security {
    /// Whether members need a second factor.
    mfa_required: bool,
    /// Seconds until a session ends.
    session_ttl_seconds: i64,
    /// Networks that requests may come from; empty for any.
    allowed_cidrs: Vec<String>,
    /// Whether members have to log in by single sign-on.
    require_sso: bool,
}

/// How long a workspace keeps things.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceRetention")]
struct Retention {
    /// Days that builds are kept after they have ended. One stays that a release or a deployment is made of, or whose commit was
    /// released, and so does the newest of each branch.
    builds_days: i64,
    /// Days that artifacts are to be kept, for whatever keeps them.
    artifacts_days: i64,
    /// Days that logs of builds and deployments are kept after these have ended.
    logs_days: i64,
    /// Days that the audit log is to be kept at least. This server keeps all of it.
    audit_days: i64,
}

/// What every promotion in a workspace takes.
#[derive(Debug, Serialize, JsonSchema)]
struct PromotionPolicy {
    /// Number of people who have to approve.
    min_approvals: i64,
    /// Whether those who ask for a promotion may not approve it.
    separation_of_duties: bool,
    /// Whether each artifact of a release has to be signed by one of `signing_keys`.
    require_signed_artifacts: bool,
    /// Public keys that signatures of artifacts are checked with: ECDSA P-256, as cosign makes them, or Ed25519, in PEM.
    signing_keys: Vec<String>,
}

impl Workspace {
    pub(super) fn allowed_cidrs(&self) -> &[String] {
        &self.security.allowed_cidrs
    }

    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        let mut data_residency = fields.texts_in("data_residency", 50, &REGION).unwrap_or_default();
        data_residency.sort();
        Self {
            slug: fields.slug_of(&name, 255),
            name,
            owner_id: fields.id("owner_id"),
            description: fields.text("description", 1000),
            default_region: fields.text_in_or("default_region", 50, &REGION, "us-east-1"),
            data_residency,
            security: fields.object_or_default("security", Security::from_fields),
            retention: fields.object_or_default("retention", Retention::from_fields),
            promotion_policy: fields.object_or_default("promotion_policy", PromotionPolicy::from_fields),
            deletion_protection: fields.flag_or("deletion_protection", true),
            warnings: Vec::new(),
        }
    }

    /// Says which of the settings nothing comes of on this server: what asks for safety must not fail in silence.
    pub(super) fn warn(&mut self) {
        let unseen = [
            (self.security.mfa_required, "mfa_required is not seen to: this server knows no second factor."),
            (
                self.security.require_sso,
                "require_sso is not seen to: nobody logs in to this server by single sign-on.",
            ),
            (
                !self.data_residency.is_empty(),
                "data_residency is not seen to: all data are in the database of this server.",
            ),
        ];
        self.warnings =
            unseen.into_iter().filter_map(|(is_set, warning)| is_set.then_some(warning)).collect();
    }
}

impl Security {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            mfa_required: fields.flag_or("mfa_required", false),
            session_ttl_seconds: fields.integer_or("session_ttl_seconds", 300..=604_800, 86_400),
            allowed_cidrs: fields.texts_in("allowed_cidrs", 64, &NETWORK).unwrap_or_default(),
            require_sso: fields.flag_or("require_sso", false),
        }
    }
}

impl Retention {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        // Ten years; longer is a mistake more often than a wish.
        let mut days = |name, default| fields.integer_or(name, 1..=3650, default);
        Self {
            builds_days: days("builds_days", 90),
            artifacts_days: days("artifacts_days", 30),
            logs_days: days("logs_days", 30),
            audit_days: days("audit_days", 365),
        }
    }
}

impl PromotionPolicy {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let mut signing_keys = fields.texts_in("signing_keys", 1000, &SIGNING_KEY).unwrap_or_default();
        signing_keys.sort();
        if signing_keys.len() > MOST_KEYS {
            fields.error("signing_keys", "length", format!("There may be {MOST_KEYS} keys at most."));
        }
        Self {
            signing_keys,
            min_approvals: fields.integer_or("min_approvals", 0..=10, 0),
            separation_of_duties: fields.flag_or("separation_of_duties", false),
            require_signed_artifacts: fields.flag_or("require_signed_artifacts", false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_by_their_form() {
        for good in ["us-east-1", "us-gov-west-1", "ap-southeast-2"] {
            assert!(REGION.admits(good), "{good}");
        }
        for bad in ["", "us", "us-1", "us-east", "US-east-1", "us--1"] {
            assert!(!REGION.admits(bad), "{bad}");
        }
    }
}
