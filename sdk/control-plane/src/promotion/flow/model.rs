//! What a promotion flow is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::project::Project,
    document::{Fields, canonical, choice::choice, slug::SLUG},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(super) static PROMOTION_FLOW: Shape = Shape {
    kind: "promotion_flow",
    collection: "promotion-flows",
    table: "promotion_flows",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "project_id", "name"],
    immutable: &["workspace_id", "project_id"],
    computed: &["version"],
    children: &[],
    roles: Roles::ADMINS,
};

const MOST_STAGES: usize = 20;
const MOST_WAVES: usize = 50;
/// A week; who waits longer resumes by hand.
const LONGEST_PAUSE: i64 = 7 * 24 * 3600;

choice! {
    /// What comes after a wave.
    #[schemars(rename = "WavePause")]
    Pause {
        /// The next wave, at once.
        None = "none",
        /// The next wave, after some time.
        Timed = "timed",
        /// Nothing, until somebody resumes the promotion.
        Manual = "manual",
    }
}

/// Through which environments the releases of a project go, one after the other, and in which waves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PromotionFlow {
    /// Workspace the flow belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name, unique in the workspace.
    pub(crate) name: String,
    /// Project the flow is for; null for all that have none of their own. There is one flow for each.
    pub(super) project_id: Option<Id<Project>>,
    /// Stages, in order: a release comes to a stage once it was in the one before.
    pub(crate) stages: Vec<Stage>,
    /// How often the stages have been others, counted from 1.
    pub(crate) version: i64,
}

/// A stage of a promotion flow: one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionFlowStage")]
pub(crate) struct Stage {
    /// Slug of the environment.
    pub(crate) environment: String,
    /// Waves in which its deployment targets are deployed to; what is in none comes last. Empty for all at once.
    pub(crate) waves: Vec<Wave>,
}

/// Deployment targets that are deployed to at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionFlowWave")]
pub(crate) struct Wave {
    /// Names of the deployment targets.
    pub(crate) targets: Vec<String>,
    /// What comes after the wave.
    pub(crate) pause: Pause,
    /// Seconds that a timed pause takes; null for the others.
    pub(crate) pause_seconds: Option<i64>,
}

impl PromotionFlow {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let stages = fields.required_objects("stages", 1..=MOST_STAGES, Stage::from_fields);
        for (index, stage) in stages.iter().enumerate() {
            if stages[..index].iter().any(|other| other.environment == stage.environment) {
                let place = ["stages", &index.to_string(), "environment"];
                fields.error_at(&place, "duplicate", format!("{:?} is a stage twice.", stage.environment));
            }
        }
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            project_id: fields.id("project_id"),
            version: version(&stages, earlier),
            stages,
        }
    }
}

/// The version of the stages: the one before as long as they are the same.
fn version(stages: &[Stage], earlier: Option<&Earlier<'_>>) -> i64 {
    let Some(earlier) = earlier else { return 1 };
    let version = earlier.document.get("version").and_then(serde_json::Value::as_i64).unwrap_or(1);
    let before = earlier.document.get("stages").map(canonical::text);
    let same = before == Some(canonical::text(&serde_json::json!(stages)));
    if same { version } else { version + 1 }
}

impl Stage {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let waves = fields.objects_in("waves", 0..=MOST_WAVES, Wave::from_fields);
        let mut seen: Vec<&String> = Vec::new();
        for name in waves.iter().flat_map(|wave| &wave.targets) {
            if seen.contains(&name) {
                fields.error("waves", "duplicate", format!("{name:?} is in two waves."));
            }
            seen.push(name);
        }
        Self { environment: fields.required_text_in("environment", 50, &SLUG), waves }
    }
}

impl Wave {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require("targets");
        let targets = fields.texts("targets", 255).unwrap_or_default();
        let (pause, pause_seconds) = fields.variant_or("pause", Pause::None, |fields, pause| match pause {
            Pause::Timed => {
                fields.require("pause_seconds");
                fields.integer("pause_seconds", 1..=LONGEST_PAUSE)
            }
            Pause::None | Pause::Manual => {
                if fields.value("pause_seconds").is_some() {
                    fields.error("pause_seconds", "conflict", "Only a timed pause takes so many seconds.");
                }
                None
            }
        });
        Self { targets, pause, pause_seconds }
    }
}
