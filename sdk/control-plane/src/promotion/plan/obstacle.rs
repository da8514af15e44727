//! Why there is nothing to plan: what no waiting would help against.

use serde_json::json;

use crate::http::problem::{Code, Problem};

/// What is in the way of a promotion for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Obstacle {
    NoEnvironment,
    NoRelease,
    /// The branches the environment takes.
    Branch(String),
    /// Why the release is blocked.
    Blocked(String),
    NoTargets,
    NeverThere,
    Undone,
    Irreversible,
}

impl Obstacle {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::NoEnvironment => "There is no such environment.".to_owned(),
            Self::NoRelease => "There is no such release of the environment's project.".to_owned(),
            Self::Branch(allowed) => format!("The environment only takes what comes from {allowed}."),
            Self::Blocked(reason) => format!("The release is blocked: {reason}"),
            Self::NoTargets => "The environment has no deployment targets. Create one first.".to_owned(),
            Self::NeverThere => {
                "The release has never been in the environment, so there is no way back to it.".to_owned()
            }
            Self::Undone => {
                "The release was put back in the environment, so going there is no way back. Promote it."
                    .to_owned()
            }
            Self::Irreversible => {
                "There is no way back: a release in between migrates data for good.".to_owned()
            }
        }
    }

    pub(crate) fn problem(&self) -> Problem {
        let state = match self {
            Self::NoEnvironment => return Problem::not_found("environment"),
            Self::NoRelease => return Problem::invalid("/release_id", "not_found", self.words()),
            Self::Branch(_) => return Problem::invalid("/release_id", "branch_not_allowed", self.words()),
            Self::Blocked(_) => "blocked",
            Self::NoTargets => "no_deployment_targets",
            Self::NeverThere => "never_deployed",
            Self::Undone => "put_back",
            Self::Irreversible => "irreversible_migrations",
        };
        Problem::new(Code::InvalidState, self.words()).with("state", state).with("allowed", json!([]))
    }
}
