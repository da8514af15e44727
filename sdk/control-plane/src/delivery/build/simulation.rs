//! Builds that only look as if they ran. Nothing is executed; what comes of a step follows from its text.
//!
//! A command succeeds, but for `false` and `exit` with another number than 0, which fail, and `sleep` with a number of
//! seconds (or `90s`, `10m`, `2h`), which times out if its step may not take as long. So whoever tries a pipeline can
//! have each outcome.

use serde_json::json;

use crate::{
    delivery::{
        artifact::Artifact,
        build::model::{Build, Step, StepStatus},
        log::Line,
        pipeline::timeout_seconds,
    },
    document::canonical,
};

/// What comes of running a command once.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    Succeeds,
    Exits(i64),
    TimesOut(i64),
}

/// What comes of a build.
#[derive(Debug)]
pub(super) struct Simulated {
    pub(super) steps: Vec<Step>,
    pub(super) lines: Vec<Line>,
    /// Why it fails; `None` if it succeeds.
    pub(super) failure: Option<String>,
}

/// Goes through the steps up to the first that fails.
pub(super) fn simulate(steps: &[Step]) -> Simulated {
    let mut simulated = Simulated { steps: Vec::new(), lines: Vec::new(), failure: None };
    for step in steps {
        let mut step = step.clone();
        if simulated.failure.is_some() {
            step.status = StepStatus::Skipped;
            simulated.steps.push(step);
            continue;
        }
        let source = format!("{}/{}", step.stage, step.name);
        let ending = ending(&step);
        step.attempts = if ending == Ending::Succeeds { 1 } else { step.retry + 1 };
        for attempt in 1..=step.attempts {
            let text = format!("[simulated] $ {} (attempt {attempt} of {})", step.command, step.retry + 1);
            simulated.lines.push(Line::new(&source, text));
            simulated.lines.push(Line::new(&source, format!("[simulated] {}", ending.words())));
        }
        step.status = if ending == Ending::Succeeds { StepStatus::Success } else { StepStatus::Failed };
        simulated.failure = (ending != Ending::Succeeds)
            .then(|| format!("The step {source:?} {} after {} attempts.", ending.words(), step.attempts));
        simulated.steps.push(step);
    }
    simulated
}

/// The one artifact of a simulated build. Equal commits built in an equal way are equal.
pub(super) fn artifact(build: &Build, project: &str) -> Artifact {
    let digest = canonical::digest(&json!({
        "commit_sha": build.commit_sha, "configuration_digest": build.configuration_digest,
    }));
    Artifact {
        name: project.to_owned(),
        uri: format!("simulated:{project}@{digest}"),
        digest,
        signature: None,
    }
}

fn ending(step: &Step) -> Ending {
    let words: Vec<&str> = step.command.split_whitespace().collect();
    match words.as_slice() {
        ["false"] => Ending::Exits(1),
        ["exit", code] => match code.parse() {
            Ok(0) | Err(_) => Ending::Succeeds,
            Ok(code) => Ending::Exits(code),
        },
        ["sleep", time] => {
            let takes = time.parse().ok().or_else(|| timeout_seconds(time)).unwrap_or_default();
            match step.timeout_seconds {
                Some(most) if takes > most => Ending::TimesOut(most),
                Some(_) | None => Ending::Succeeds,
            }
        }
        _ => Ending::Succeeds,
    }
}

impl Ending {
    fn words(&self) -> String {
        match self {
            Self::Succeeds => "succeeded".to_owned(),
            Self::Exits(code) => format!("exited with {code}"),
            Self::TimesOut(seconds) => format!("ran out of its {seconds} seconds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_simulation(commands: &[&str], expected: &[(StepStatus, i64)]) {
        let step = |command: &&str| Step {
            stage: "build".to_owned(),
            name: "step".to_owned(),
            command: (*command).to_owned(),
            retry: 2,
            timeout_seconds: Some(60),
            status: StepStatus::Queued,
            attempts: 0,
        };
        let steps: Vec<Step> = commands.iter().map(step).collect();
        let simulated = simulate(&steps);
        let got: Vec<_> = simulated.steps.iter().map(|step| (step.status, step.attempts)).collect();
        assert_eq!(got, expected);
        assert_eq!(
            simulated.failure.is_some(),
            expected.iter().any(|(status, _)| *status == StepStatus::Failed)
        );
    }

    #[test]
    fn what_fails_is_tried_again_and_stops_the_rest() {
        let (success, failed, skipped) = (StepStatus::Success, StepStatus::Failed, StepStatus::Skipped);
        check_simulation(&["make", "exit 0", "sleep 60"], &[(success, 1); 3]);
        check_simulation(&["make", "exit 3", "make"], &[(success, 1), (failed, 3), (skipped, 0)]);
        check_simulation(&["sleep 2m"], &[(failed, 3)]);
        check_simulation(&["false"], &[(failed, 3)]);
    }
}
