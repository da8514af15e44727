//! One way of an object through the stages of its scenario.

use std::fmt;
use std::sync::Arc;

use crate::case::Case;
use crate::plan::{Action, Plan};
use crate::scenario::Scenario;
use crate::stand_in::StandIn;

/// A part of the life of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The object is made.
    Create {
        /// As what.
        configuration: String,
    },
    /// It is changed.
    Update {
        /// Name of the configuration: `2-upgrade`.
        name: String,
        /// To what.
        configuration: String,
    },
    /// It is taken over into an empty state.
    Import,
    /// It is changed behind Terraform's back.
    Drift,
    /// It is removed.
    Destroy,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { .. } => f.write_str("create"),
            Self::Update { name, .. } => write!(f, "update {name}"),
            Self::Import => f.write_str("import"),
            Self::Drift => f.write_str("drift"),
            Self::Destroy => f.write_str("destroy"),
        }
    }
}

/// An object on its way through a scenario.
pub struct Life<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) aws: Arc<StandIn>,
    pub(crate) case: Case,
    /// What was applied last, and holds.
    pub(crate) configuration: String,
    /// The plans of the updates that were carried out.
    pub(crate) updates: Vec<Plan>,
}

impl Life<'_> {
    /// Goes through one stage.
    ///
    /// # Panics
    /// With what does not hold.
    pub fn pass(&mut self, stage: &Stage) {
        let (scenario, case) = (self.scenario, &self.case);
        match stage {
            Stage::Create { configuration } => {
                let applied = case.apply(configuration);
                let action = applied.plan.action(scenario.address());
                assert_eq!(action, Action::Create, "{} is not made", scenario.address());
                self.configuration.clone_from(configuration);
            }
            Stage::Update { configuration, .. } => {
                let applied = case.apply(configuration);
                let action = applied.plan.action(scenario.address());
                assert_ne!(action, Action::NoOp, "a change changes nothing");
                self.configuration.clone_from(configuration);
                self.updates.push(applied.plan);
            }
            Stage::Import => scenario.import(case, &self.configuration),
            Stage::Drift => scenario.drift(case, &self.aws, &self.configuration),
            Stage::Destroy => case.destroy(),
        }
    }

    /// Goes back to what was applied last and held, after a stage that did not.
    ///
    /// # Panics
    /// When that does not hold any more.
    pub fn return_to_rest(&self) {
        self.case.apply(&self.configuration);
    }
}
