//! Everything a plan is made of, as it was at one moment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{
        artifact::Artifact,
        build::BuildStatus,
        deployment_target::DeploymentTarget,
        environment::{Environment, Lock, Tier},
        platform::{Platform, Strategy},
        release::Release,
    },
    object::id::Id,
    promotion::{
        direction::Direction,
        drift_report::Found,
        flow::Stage,
        freeze::Frozen,
        gate::{Approval, Enforcement, EnvironmentGate},
        plan::{GateStatus, model::Version, soak::Soaked},
        weekly::Weekly,
    },
    variables::given::Configuration,
};

/// A snapshot of the facts.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(super) now: Timestamp,
    pub(super) direction: Direction,
    pub(super) environment_id: Id<Environment>,
    pub(super) tier: Tier,
    pub(super) release_id: Id<Release>,
    pub(super) from: Option<ReleaseFacts>,
    pub(super) to: ReleaseFacts,
    pub(super) targets: Vec<TargetFacts>,
    /// Digests of the pipelines that the release meets, by name.
    pub(super) pipelines: BTreeMap<String, String>,
    pub(super) given: GivenFacts,
    pub(super) flow: Option<FlowFacts>,
    pub(super) gates: Vec<GateFacts>,
    pub(super) freeze: Option<Frozen>,
}

/// What deployments are given of variables and secrets.
#[derive(Debug, Clone, Default)]
pub(super) struct GivenFacts {
    /// What runs now was given; `None` if nobody has noted it.
    pub(super) before: Option<Configuration>,
    /// What would be given now.
    pub(super) after: Configuration,
}

#[derive(Debug, Clone)]
pub(super) struct ReleaseFacts {
    pub(super) shown: Version,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) irreversible_migrations: bool,
}

#[derive(Debug, Clone)]
pub(super) struct TargetFacts {
    pub(super) id: Id<DeploymentTarget>,
    pub(super) name: String,
    pub(super) platform: Platform,
    pub(super) strategy: Strategy,
    pub(super) digest: String,
}

#[derive(Debug, Clone)]
pub(super) struct FlowFacts {
    pub(super) name: String,
    pub(super) version: i64,
    pub(super) stage: Stage,
}

/// A gate, and what there is to know for it.
#[derive(Debug, Clone)]
pub(super) struct GateFacts {
    pub(super) id: Option<Id<EnvironmentGate>>,
    pub(super) name: String,
    pub(super) enforcement: Enforcement,
    pub(super) applies_to: Vec<Direction>,
    /// Digest of the gate's definition.
    pub(super) definition: String,
    pub(super) finding: Finding,
}

/// What a gate looks at, and what it sees.
#[derive(Debug, Clone)]
pub(super) enum Finding {
    Approval {
        rule: Approval,
        voters: Vec<Voter>,
        parties: Parties,
    },
    Check {
        pipeline: String,
        status: Option<BuildStatus>,
    },
    Drift {
        max_age_seconds: i64,
        report: Option<(Found, Timestamp)>,
    },
    Lock(Option<Lock>),
    /// How many keys there are, and the artifacts that none of them has signed.
    Signatures {
        keys: usize,
        unsigned: Vec<String>,
    },
    Soak {
        slug: String,
        duration_seconds: i64,
        soaked: Soaked,
    },
    Source {
        slugs: Vec<String>,
        reached: bool,
    },
    VerifiedIn {
        slug: String,
        verified: bool,
    },
    Webhook(Option<Answered>),
    Window(Weekly),
}

/// Those whose approval may not count, by the ids of users; `None` where there is nobody.
#[derive(Debug, Clone, Default)]
pub(super) struct Parties {
    pub(super) requester: Option<String>,
    pub(super) author: Option<String>,
}

/// Somebody who has approved, as they were when they did.
#[derive(Debug, Clone)]
pub(crate) struct Voter {
    pub(crate) user_id: String,
    pub(crate) email: String,
    /// The roles and teams that they may approve by.
    pub(crate) standing: Vec<String>,
}

/// What a webhook has answered last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionWebhookAnswer")]
pub(crate) struct Answered {
    /// Gate that asked.
    pub(crate) gate_id: Id<EnvironmentGate>,
    /// What the answer means.
    pub(crate) status: GateStatus,
    /// The answer, for people.
    pub(crate) detail: String,
    /// When it was asked.
    pub(crate) asked_at: String,
}
