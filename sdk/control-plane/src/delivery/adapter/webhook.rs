//! Deploying by a webhook: one POST that has to be answered with 2xx once the release is there.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::App,
    delivery::adapter::{Performed, Task},
    http::signature::sign,
    outbound::{chain, client},
};

/// How long the other side may take to deploy.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Calls a webhook. The answer's body is not looked at: it is not ours to keep.
pub(super) async fn call(app: &App, task: &Task, url: &str) -> Performed {
    let client = match client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => return Performed::bad(format!("No call can be made: {}.", chain(&error))),
    };
    let body = body(task).to_string();
    let mut request = client
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("sparki-control-plane/", env!("CARGO_PKG_VERSION")))
        // The same for every attempt, so that the other side deploys once.
        .header("idempotency-key", task.key());
    if let Some(secret) = &task.target.signing_secret {
        let now = app.settings.clock.now().as_second();
        request = request.header("sparki-signature", sign(secret.expose(), now, &body));
    }
    match request.body(body).send().await {
        Ok(answer) if answer.status().is_success() => {
            Performed::good(format!("The webhook answered {}.", answer.status().as_u16()))
        }
        Ok(answer) => {
            let status = answer.status();
            let detail = format!("The webhook answered {}.", status.as_u16());
            let passes = status.is_server_error()
                || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS]
                    .contains(&status);
            if passes { Performed::out_of_reach(detail) } else { Performed::bad(detail) }
        }
        Err(error) => Performed::out_of_reach(format!("The webhook did not answer: {}.", chain(&error))),
    }
}

fn body(task: &Task) -> Value {
    json!({
        "type": "deployment.deploy",
        "deployment_id": task.deployment_id,
        "environment_id": task.environment_id,
        "deployment_target": {"id": task.target.id, "name": task.target.name},
        "strategy": task.target.strategy.kind,
        "release": {
            "id": task.release_id,
            "version": task.subject.version,
            "digest": task.subject.digest,
            "commit_sha": task.subject.commit_sha,
            "branch": task.subject.branch,
            "artifacts": task.subject.artifacts,
        },
        "attempt": task.attempt,
    })
}
