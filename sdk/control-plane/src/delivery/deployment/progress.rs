//! How a deployment gets from step to step. Pure: what a step has found goes in, what follows from it comes out.

use crate::delivery::{
    adapter::{Performed, Verdict},
    deployment::{
        machine::{Event, Status},
        model::{Cause, Deployment, Failure},
        step::{Step, StepKind, StepStatus},
        target::Target,
    },
    deployment_target::OnFailure,
    health::Health,
};

/// How often deploying is tried while it is the other side that is out of reach.
const MOST_ATTEMPTS: i64 = 4;
/// How often a health check may look in all, for each time in a row that it has to: what goes up and down for that long is not healthy.
const MOST_LOOKS: i64 = 10;

/// What follows from a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// The next step is due.
    Goes,
    /// The same step is due in so many seconds.
    Waits(i64),
    /// The deployment fails.
    Fails(Failure),
}

impl Deployment {
    /// The first step that is not done.
    pub(super) fn open_step(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.status.is_open())
    }

    pub(super) fn target_of(&self, step: &Step) -> Option<&Target> {
        self.targets.iter().find(|target| Some(target.id) == step.deployment_target_id)
    }

    /// Whether anything may have been changed anywhere.
    pub(super) fn has_touched(&self) -> bool {
        let touched = |step: &Step| step.kind == StepKind::Deploy && step.started_at.is_some();
        self.steps.iter().any(touched)
    }

    /// Marks a step as under way; `false` if it was already.
    pub(super) fn begin(&mut self, index: usize, now: &str) -> bool {
        let stage = self.steps[index].kind.stage();
        let event = match (self.status, stage) {
            (Status::Validating, Status::Deploying) => Some(Event::Validated),
            (Status::Deploying, Status::HealthCheck) => Some(Event::Deployed),
            (Status::HealthCheck, Status::Deploying) => Some(Event::GoOn),
            (_, _) => None,
        };
        if let Some(event) = event {
            self.move_by(event);
        }
        let step = &mut self.steps[index];
        if step.status != StepStatus::Pending {
            return false;
        }
        step.status = StepStatus::Running;
        step.started_at = Some(now.to_owned());
        true
    }

    /// Takes down what a step has found.
    pub(super) fn settle(&mut self, index: usize, performed: &Performed, now: &str) -> Settled {
        let target = self.target_of(&self.steps[index]).cloned();
        let step = &mut self.steps[index];
        step.attempts += 1;
        step.detail = Some(performed.detail.clone());
        let settled = match step.kind {
            StepKind::Preconditions => settle_once(step, performed, Cause::Preconditions),
            StepKind::Deploy => settle_deploy(step, performed),
            StepKind::HealthCheck => settle_check(step, performed, target.as_ref()),
            StepKind::PreDeploy | StepKind::PostDeploy => {
                let script = target.as_ref().and_then(|target| target.validation_scripts.get(step.index));
                match script.map(|script| script.on_failure) {
                    Some(OnFailure::Warn) if performed.verdict != Verdict::Good => {
                        step.status = StepStatus::Warning;
                        step.health = Some(Health::Warning);
                        Settled::Goes
                    }
                    Some(OnFailure::Warn | OnFailure::Abort) | None => {
                        settle_once(step, performed, Cause::Validation)
                    }
                }
            }
        };
        if !step.status.is_open() {
            step.completed_at = Some(now.to_owned());
        }
        self.weigh();
        settled
    }

    /// Sums up what the steps have found.
    pub(super) fn weigh(&mut self) {
        self.health = Health::of(self.steps.iter().filter_map(|step| step.health));
    }

    /// Leaves out what is not done.
    pub(super) fn skip_rest(&mut self, now: &str) {
        for step in self.steps.iter_mut().filter(|step| step.status.is_open()) {
            step.status = StepStatus::Skipped;
            step.completed_at = step.started_at.is_some().then(|| now.to_owned());
        }
        self.completed_at = Some(now.to_owned());
    }
}

fn settle_once(step: &mut Step, performed: &Performed, cause: Cause) -> Settled {
    match performed.verdict {
        Verdict::Good => {
            step.status = StepStatus::Succeeded;
            Settled::Goes
        }
        Verdict::Bad | Verdict::OutOfReach => fails(step, cause),
    }
}

fn settle_deploy(step: &mut Step, performed: &Performed) -> Settled {
    match performed.verdict {
        Verdict::OutOfReach if step.attempts < MOST_ATTEMPTS => Settled::Waits(1 << step.attempts),
        Verdict::Good | Verdict::Bad | Verdict::OutOfReach => settle_once(step, performed, Cause::Deploy),
    }
}

fn settle_check(step: &mut Step, performed: &Performed, target: Option<&Target>) -> Settled {
    let Some(check) = target.and_then(|target| target.health_checks.get(step.index)) else {
        // Nobody has said what healthy is.
        step.health = Some(Health::Unknown);
        step.status = StepStatus::Succeeded;
        return Settled::Goes;
    };
    match performed.verdict {
        Verdict::Good => (step.passes, step.failures) = (step.passes + 1, 0),
        Verdict::Bad | Verdict::OutOfReach => (step.passes, step.failures) = (0, step.failures + 1),
    }
    if step.passes >= check.healthy_threshold {
        step.health = Some(Health::Passing);
        step.status = StepStatus::Succeeded;
        return Settled::Goes;
    }
    let looks = MOST_LOOKS * check.healthy_threshold.max(check.unhealthy_threshold);
    if step.failures >= check.unhealthy_threshold || step.attempts >= looks {
        step.health = Some(Health::Critical);
        return fails(step, Cause::HealthCheck);
    }
    step.health = Some(if step.failures > 0 { Health::Warning } else { Health::Unknown });
    Settled::Waits(check.interval_seconds)
}

fn fails(step: &mut Step, cause: Cause) -> Settled {
    step.status = StepStatus::Failed;
    let detail = step.detail.clone().unwrap_or_default();
    Settled::Fails(Failure { cause, detail })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        delivery::deployment::{machine::next, step::steps},
        document::choice::word_of,
        object::id::Id,
    };

    fn deployment(on_failure: &str, checks: usize) -> Deployment {
        let check = json!({
            "name": "up", "type": "tcp", "port": 1, "interval_seconds": 7, "timeout_seconds": 1,
            "healthy_threshold": 2, "unhealthy_threshold": 2,
        });
        let target = |order: i64| -> Target {
            serde_json::from_value(json!({
                "id": Id::<()>::generate(), "name": "t", "platform": "custom", "settings": {}, "order": order,
                "strategy": {"type": "direct", "steps": []}, "health_checks": vec![check.clone(); checks],
                "rollback": {"auto": true, "on": [], "to": "previous", "observe_seconds": 0},
                "validation_scripts": [
                    {"phase": "pre_deploy", "command": "x", "timeout_seconds": 1, "on_failure": on_failure},
                ],
            }))
            .unwrap()
        };
        let mut deployment = Deployment::waiting(Id::nil());
        deployment.targets = vec![target(0), target(1)];
        deployment.steps = steps(&deployment.targets);
        deployment.status = next(Status::Pending, Event::Start).unwrap();
        deployment
    }

    /// Runs a deployment whose steps find what `find` says, and tells each step and what followed.
    fn check_run(deployment: &mut Deployment, find: impl Fn(&Step) -> Verdict, expected: &str) {
        let mut told = String::new();
        while let Some(index) = deployment.open_step() {
            deployment.begin(index, "now");
            let status = word_of(deployment.status);
            let (kind, verdict) = (deployment.steps[index].kind, find(&deployment.steps[index]));
            let performed = Performed { verdict, detail: "it".to_owned(), lines: Vec::new() };
            let settled = deployment.settle(index, &performed, "now");
            let what = match &settled {
                Settled::Goes => "goes".to_owned(),
                Settled::Waits(seconds) => format!("waits {seconds}"),
                Settled::Fails(failure) => format!("fails {}", word_of(failure.cause)),
            };
            told.push_str(&format!("{status}: {} {what}\n", word_of(kind)));
            if matches!(settled, Settled::Fails(_)) {
                break;
            }
        }
        assert_eq!(told, expected);
    }

    #[test]
    fn one_target_after_another_is_deployed_to_once_everything_is_validated() {
        let mut deployment = deployment("abort", 1);
        let expected = "\
validating: preconditions goes
validating: pre_deploy goes
validating: pre_deploy goes
deploying: deploy goes
health_check: health_check waits 7
health_check: health_check goes
deploying: deploy goes
health_check: health_check waits 7
health_check: health_check goes
";
        check_run(&mut deployment, |_| Verdict::Good, expected);
        assert!(deployment.move_by(Event::Verified));
        assert_eq!((deployment.status, deployment.health), (Status::Success, Health::Passing));
    }

    #[test]
    fn a_target_that_is_not_healthy_keeps_the_next_from_being_touched() {
        let mut deployment = deployment("abort", 1);
        let find =
            |step: &Step| if step.kind == StepKind::HealthCheck { Verdict::Bad } else { Verdict::Good };
        let expected = "\
validating: preconditions goes
validating: pre_deploy goes
validating: pre_deploy goes
deploying: deploy goes
health_check: health_check waits 7
health_check: health_check fails health_check_failed
";
        check_run(&mut deployment, find, expected);
        deployment.skip_rest("now");
        let open = deployment.steps.iter().filter(|step| step.status == StepStatus::Skipped).count();
        assert_eq!((open, deployment.health, deployment.has_touched()), (2, Health::Critical, true));
    }

    #[test]
    fn a_check_that_never_settles_fails_in_the_end() {
        let mut deployment = deployment("abort", 1);
        let find = |step: &Step| match step.kind {
            StepKind::HealthCheck if step.attempts % 2 == 0 => Verdict::Bad,
            _ => Verdict::Good,
        };
        let mut expected = "\
validating: preconditions goes
validating: pre_deploy goes
validating: pre_deploy goes
deploying: deploy goes
"
        .to_owned();
        expected.push_str(&"health_check: health_check waits 7\n".repeat(19));
        expected.push_str("health_check: health_check fails health_check_failed\n");
        check_run(&mut deployment, find, &expected);
    }

    #[test]
    fn a_script_stops_everything_or_only_warns() {
        let find = |step: &Step| if step.kind == StepKind::PreDeploy { Verdict::Bad } else { Verdict::Good };
        let mut strict = deployment("abort", 0);
        let expected = "validating: preconditions goes\nvalidating: pre_deploy fails validation_failed\n";
        check_run(&mut strict, find, expected);
        assert!(!strict.has_touched());
        let mut lenient = deployment("warn", 0);
        let expected = "\
validating: preconditions goes
validating: pre_deploy goes
validating: pre_deploy goes
deploying: deploy goes
health_check: health_check goes
deploying: deploy goes
health_check: health_check goes
";
        check_run(&mut lenient, find, expected);
        assert_eq!(lenient.health, Health::Warning);
    }

    #[test]
    fn deploying_is_tried_again_while_the_other_side_is_out_of_reach() {
        let find =
            |step: &Step| if step.kind == StepKind::Deploy { Verdict::OutOfReach } else { Verdict::Good };
        let expected = "\
validating: preconditions goes
validating: pre_deploy goes
validating: pre_deploy goes
deploying: deploy waits 2
deploying: deploy waits 4
deploying: deploy waits 8
deploying: deploy fails deploy_failed
";
        check_run(&mut deployment("abort", 0), find, expected);
    }
}
