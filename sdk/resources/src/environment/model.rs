//! The definition of `sparki_environment`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::Environment;
use crate::control_plane::is_id;
use crate::labels::{is_label_key, is_label_value};
use crate::{Project, Slug};

/// An environment: a stage that the releases of a project move through.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EnvironmentModel {
    /// Identifier assigned by the control plane.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Environment>>,
    /// Project the environment belongs to. Changing it makes a new environment.
    #[attr(required, requires_replace, validate(custom(is_id)))]
    pub project_id: Value<Id<Project>>,
    /// Name shown to people, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Name in URLs and paths, 2 to 50 characters, unique in the project. Made from `name` if it is not set. Changing
    /// it makes a new environment.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null), validate(len(2..=50)))]
    pub slug: Value<Slug>,
    /// What the environment is for: `development`, `testing`, `staging`, `production` or `preview`.
    #[attr(optional, default = Tier::Development)]
    pub tier: Value<Tier>,
    /// Identifiers of the environments that releases come from. They are in the same project and form no cycle.
    #[attr(optional, validate(each(custom(is_id))))]
    pub promotes_from: Value<BTreeSet<Id<Environment>>>,
    /// Branches that may be deployed directly, 1 to 255 characters each, with `*` for any part. Any branch if it is not
    /// set.
    #[attr(optional, validate(each(len(1..=255))))]
    pub allowed_branches: Value<BTreeSet<String>>,
    /// Set to stop deployments to the environment.
    #[attr(optional)]
    pub locked: Value<Lock>,
    /// Deployments that may run at once, 1 to 100.
    #[attr(optional, default = 1, validate(range(1..=100)))]
    pub deployment_concurrency: Value<u32>,
    /// Whether the environment is protected from removal. On by default where `tier` is `production`; while it is not set, a
    /// change of the tier sets it anew.
    #[attr(optional, computed, keep_unless_changed(tier), refine(not_null))]
    pub deletion_protection: Value<bool>,
    /// Identifier of the release that runs in the environment.
    #[attr(computed)]
    pub current_release: Value<String>,
    /// Health of the running release: `passing`, `warning`, `critical` or `unknown`.
    #[attr(computed)]
    pub health: Value<String>,
    /// Labels: keys of 1 to 255 bytes and values of up to 255 bytes of your own.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// When the environment was made (RFC 3339, UTC).
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub created_at: Value<String>,
    /// When the environment was last changed (RFC 3339, UTC).
    #[attr(computed, refine(not_null))]
    pub updated_at: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Why, and until when, nothing may be deployed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Lock {
    /// Why, for people who try, 1 to 1000 characters.
    #[attr(required, validate(len(1..=1000)))]
    pub reason: Value<String>,
    /// Until when (RFC 3339), up to 50 characters. Until it is unlocked if it is not set.
    #[attr(optional, validate(len(1..=50)))]
    pub until: Value<String>,
}

/// What an environment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Tier {
    /// Work in progress.
    Development,
    /// Automated and manual tests.
    Testing,
    /// The last stop before production.
    Staging,
    /// What customers use.
    Production,
    /// One change, for as long as it is open.
    Preview,
}
