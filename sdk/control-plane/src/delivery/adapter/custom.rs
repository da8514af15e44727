//! The platform `custom`: a webhook that is called or a script that is run, and checks that really look.

use std::time::Duration;

use serde_json::Value;

use crate::{
    app::App,
    delivery::{
        adapter::{
            Adapter, Doing, Performed, Task, check,
            script::{self, Script},
            surroundings::Surroundings,
            webhook,
        },
        deployment_target::{CheckType, HealthCheck, ValidationScript},
    },
    settings::Scripts,
};

/// How long a script may take to deploy. Validation scripts and health checks say their own limits.
const DEPLOY_TIMEOUT: Duration = Duration::from_secs(3600);

pub(super) struct Custom {
    pub(super) app: App,
}

impl Custom {
    async fn run(&self, task: &Task, command: &str, timeout: Duration) -> Performed {
        match self.app.settings.scripts {
            Scripts::Allowed => match Surroundings::of(&self.app, task).await {
                Ok(surroundings) => {
                    script::run(&Script { command, surroundings: &surroundings, timeout }).await
                }
                Err(performed) => performed,
            },
            Scripts::Refused => Performed::bad(
                "This server runs no scripts: they would run as the server itself. Start it with --allow-scripts if \
                 everyone who may change deployment targets may do that, or use a webhook.",
            ),
        }
    }
}

impl Adapter for Custom {
    fn deploy<'a>(&'a self, task: &'a Task) -> Doing<'a> {
        let setting = |name: &str| task.target.settings.get(name).and_then(Value::as_str);
        match (setting("webhook_url"), setting("script")) {
            (Some(url), _) => Box::pin(webhook::call(&self.app, task, url)),
            (None, Some(command)) => Box::pin(self.run(task, command, DEPLOY_TIMEOUT)),
            (None, None) => Box::pin(async {
                Performed::bad("The deployment target has neither a webhook nor a script.")
            }),
        }
    }

    fn check<'a>(&'a self, task: &'a Task, check: &'a HealthCheck) -> Doing<'a> {
        let timeout = seconds(check.timeout_seconds);
        match check.kind {
            CheckType::Http => Box::pin(check::http(check.url.as_deref().unwrap_or_default(), timeout)),
            CheckType::Tcp => Box::pin(check::tcp(check, timeout)),
            CheckType::Script => {
                Box::pin(self.run(task, check.command.as_deref().unwrap_or_default(), timeout))
            }
        }
    }

    fn validate<'a>(&'a self, task: &'a Task, script: &'a ValidationScript) -> Doing<'a> {
        Box::pin(self.run(task, &script.command, seconds(script.timeout_seconds)))
    }
}

fn seconds(number: i64) -> Duration {
    Duration::from_secs(number.unsigned_abs())
}
