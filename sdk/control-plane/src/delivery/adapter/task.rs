//! What an adapter is given, and what it answers with.

use std::collections::BTreeMap;

use crate::delivery::deployment::{Step, Subject, Target};

/// A step of a deployment that is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) workspace_id: String,
    pub(crate) deployment_id: String,
    pub(crate) environment_id: String,
    pub(crate) release_id: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) target: Target,
    pub(crate) step: Step,
    /// Which of the deployment's steps it is.
    pub(crate) number: usize,
    /// 1 for the first time.
    pub(crate) attempt: i64,
}

/// What was found by doing a step once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Performed {
    pub(crate) verdict: Verdict,
    /// One sentence for people.
    pub(crate) detail: String,
    /// What was said meanwhile.
    pub(crate) lines: Vec<String>,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    Bad,
    /// It may go well a moment later.
    OutOfReach,
}

impl Performed {
    pub(crate) fn good(detail: impl Into<String>) -> Self {
        Self { verdict: Verdict::Good, detail: detail.into(), lines: Vec::new() }
    }

    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self { verdict: Verdict::Bad, detail: detail.into(), lines: Vec::new() }
    }

    pub(crate) fn out_of_reach(detail: impl Into<String>) -> Self {
        Self { verdict: Verdict::OutOfReach, detail: detail.into(), lines: Vec::new() }
    }

    pub(crate) fn saying(self, lines: Vec<String>) -> Self {
        Self { lines, ..self }
    }
}

impl Task {
    /// Names the step, whoever does it and however often.
    pub(crate) fn key(&self) -> String {
        format!("{}-{}", self.deployment_id, self.number)
    }

    /// What a script is told, as variables of its environment.
    pub(crate) fn variables(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("SPARKI_DEPLOYMENT_ID", self.deployment_id.clone()),
            ("SPARKI_ENVIRONMENT_ID", self.environment_id.clone()),
            ("SPARKI_RELEASE_ID", self.release_id.clone().unwrap_or_default()),
            ("SPARKI_RELEASE_VERSION", self.subject.version.clone()),
            ("SPARKI_RELEASE_DIGEST", self.subject.digest.clone()),
            ("SPARKI_COMMIT_SHA", self.subject.commit_sha.clone()),
            ("SPARKI_BRANCH", self.subject.branch.clone().unwrap_or_default()),
            ("SPARKI_DEPLOYMENT_TARGET", self.target.name.clone()),
            ("SPARKI_STEP", self.key()),
            ("SPARKI_ATTEMPT", self.attempt.to_string()),
        ])
    }
}
