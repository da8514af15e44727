//! Platforms that are only simulated. Nothing is called and nothing is run; everything goes well, but for what asks not to.
//!
//! A script that is `false` or `exit` with another number than 0 fails. A health check finds fault if its URL ends in `/unhealthy`,
//! or its command is such a script. So whoever tries a deployment can have each outcome.

use serde_json::json;

use crate::delivery::{
    adapter::{Adapter, Doing, Performed, Task},
    deployment_target::{CheckType, HealthCheck, ValidationScript},
    platform::Strategy,
};

pub(super) struct Simulated;

impl Adapter for Simulated {
    fn deploy<'a>(&'a self, task: &'a Task) -> Doing<'a> {
        let (platform, strategy) = (json!(task.target.platform), json!(task.target.strategy.kind));
        let version = &task.subject.version;
        let lines = match task.target.strategy.kind {
            Strategy::Canary => {
                let step = |percent: &i64| format!("[simulated] {version} gets {percent} % of the traffic");
                task.target.strategy.steps.iter().map(step).collect()
            }
            Strategy::Direct | Strategy::Rolling | Strategy::BlueGreen => {
                vec![format!("[simulated] {version} replaces what was there")]
            }
        };
        let detail = format!("Simulated: {platform} took {version} by a {strategy} deployment.");
        Box::pin(async move { Performed::good(detail).saying(lines) })
    }

    fn check<'a>(&'a self, _task: &'a Task, check: &'a HealthCheck) -> Doing<'a> {
        let fails = match check.kind {
            CheckType::Http => check.url.as_ref().is_some_and(|url| url.ends_with("/unhealthy")),
            CheckType::Tcp => false,
            CheckType::Script => check.command.as_deref().is_some_and(fails),
        };
        Box::pin(async move {
            if fails {
                return Performed::bad("Simulated: the check failed.");
            }
            Performed::good("Simulated: the check passed.")
        })
    }

    fn validate<'a>(&'a self, _task: &'a Task, script: &'a ValidationScript) -> Doing<'a> {
        Box::pin(async move {
            if fails(&script.command) {
                return Performed::bad("Simulated: the script failed.");
            }
            Performed::good("Simulated: the script passed.")
        })
    }
}

/// Whether a command asks to fail.
fn fails(command: &str) -> bool {
    match command.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["false"] => true,
        ["exit", code] => *code != "0",
        _ => false,
    }
}
