//! The definition of `sparki_pipeline`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Id, JsonText, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::Pipeline;
use crate::Project;
use crate::control_plane::is_id;
use crate::labels::{is_label_key, is_label_value};

/// A pipeline: how a project is built, tested and shipped.
///
/// What it does is written either as `stages` or as a document of schema v1 in `configuration_json`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(stages, configuration_json), conflicting(configuration_json, environment))]
pub struct PipelineModel {
    /// Identifier assigned by the control plane.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Pipeline>>,
    /// Project the pipeline belongs to. Changing it makes a new pipeline.
    #[attr(required, requires_replace, validate(custom(is_id)))]
    pub project_id: Value<Id<Project>>,
    /// Name, 1 to 255 characters, unique in the project.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Whether triggers start the pipeline.
    #[attr(optional, default = true)]
    pub enabled: Value<bool>,
    /// Stages, run in order. Set this or `configuration_json`.
    #[attr(optional, validate(len(1..)))]
    pub stages: Value<Vec<Stage>>,
    /// The whole configuration as a JSON document of schema v1. White space and the order of members do not count. Set
    /// this or `stages`.
    #[attr(optional)]
    pub configuration_json: Value<JsonText>,
    /// Environment variables of every step. Only together with `stages`.
    #[attr(optional)]
    pub environment: Value<BTreeMap<String, String>>,
    /// What starts the pipeline: any of `push`, `pull_request`, `tag` and `manual`.
    #[attr(optional, default = BTreeSet::from([Trigger::Push]))]
    pub triggers: Value<BTreeSet<Trigger>>,
    /// How runs that would overlap are kept apart. They may overlap if it is not set.
    #[attr(optional)]
    pub concurrency: Value<Concurrency>,
    /// Counts the changes of the configuration.
    #[attr(computed, keep_unless_changed(stages, configuration_json, environment), refine(not_null))]
    pub version: Value<i64>,
    /// SHA-256 of the configuration in canonical form, as `sha256:` and 64 hexadecimal digits.
    #[attr(
        computed,
        keep_unless_changed(stages, configuration_json, environment),
        refine(not_null, prefix = "sha256:")
    )]
    pub configuration_digest: Value<String>,
    /// How many steps the stages have together.
    #[attr(computed, keep_unless_changed(stages, configuration_json), refine(not_null))]
    pub steps_count: Value<i64>,
    /// Labels: keys of 1 to 255 bytes and values of up to 255 bytes of your own.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// When the pipeline was made (RFC 3339, UTC).
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub created_at: Value<String>,
    /// When the pipeline was last changed (RFC 3339, UTC).
    #[attr(computed, refine(not_null))]
    pub updated_at: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// A configuration of schema v1, as `configuration_json` holds it.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Configuration {
    /// Version of the schema: `v1`.
    #[attr(required, validate(one_of("v1")))]
    pub version: Value<String>,
    /// Stages, run in order.
    #[attr(required, validate(len(1..)))]
    pub stages: Value<Vec<Stage>>,
    /// Environment variables of every step.
    #[attr(optional)]
    pub environment: Value<BTreeMap<String, String>>,
}

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Stage {
    /// Name, 1 to 100 characters.
    #[attr(required, validate(len(1..=100)))]
    pub name: Value<String>,
    /// Steps, run in order.
    #[attr(required, validate(len(1..)))]
    pub steps: Value<Vec<Step>>,
}

/// One step of a stage.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Step {
    /// Name, 1 to 100 characters.
    #[attr(required, validate(len(1..=100)))]
    pub name: Value<String>,
    /// Shell command, 1 to 10000 characters.
    #[attr(required, validate(len(1..=10_000)))]
    pub command: Value<String>,
    /// Environment variables of the step, on top of those of the pipeline.
    #[attr(optional)]
    pub env: Value<BTreeMap<String, String>>,
    /// How often the step is tried again after it failed, 0 to 5.
    #[attr(optional, default = 0, validate(range(0..=5)))]
    pub retry: Value<u32>,
    /// How long the step may take: digits and `s`, `m` or `h`, up to 20 characters.
    #[attr(optional, validate(len(..=20), pattern("^[0-9]+[smh]$", "be digits followed by s, m or h, such as \"10m\"")))]
    pub timeout: Value<String>,
}

/// How runs that would overlap are kept apart.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Concurrency {
    /// Runs of pipelines with the same group do not overlap. 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub group: Value<String>,
    /// What happens to a run while another one is on: it waits (`queue`), or the other one is ended (`cancel`).
    #[attr(optional, default = ConcurrencyConflict::Queue)]
    pub on_conflict: Value<ConcurrencyConflict>,
}

/// What starts a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Trigger {
    /// A push to a branch.
    Push,
    /// A pull request.
    PullRequest,
    /// A new tag.
    Tag,
    /// A person.
    Manual,
}

/// What happens to a run while another one of its group is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum ConcurrencyConflict {
    /// It waits.
    Queue,
    /// The other one is ended.
    Cancel,
}
