//! Deploying by a webhook: one POST that has to be answered with 2xx once the release is there.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    app::App,
    delivery::{
        adapter::{Performed, Task},
        deployment_target::DEPLOYMENT_TARGET,
    },
    http::signature::sign,
    outbound::{chain, client},
    signing_secret::{Missing, signing_secret},
};

/// How long the other side may take to deploy.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Calls a webhook. The answer's body is not looked at: it is not ours to keep.
pub(super) async fn call(app: &App, task: &Task, url: &str) -> Performed {
    let client = match client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => return Performed::bad(format!("No call can be made: {}.", chain(&error))),
    };
    let secret = match secret_for(app, task).await {
        Ok(secret) => secret,
        Err(performed) => return performed,
    };
    let body = body(task).to_string();
    let mut request = client
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("sparki-control-plane/", env!("CARGO_PKG_VERSION")))
        // The same for every attempt, so that the other side deploys once.
        .header("idempotency-key", task.key());
    if let Some(secret) = secret {
        let now = app.settings.clock.now().as_second();
        request = request.header("sparki-signature", sign(&secret, now, &body));
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

/// The secret that calls are signed with now, if the target had one when the deployment was asked for.
async fn secret_for(app: &App, task: &Task) -> Result<Option<Zeroizing<String>>, Performed> {
    if task.target.settings.get("signing_secret_fingerprint").is_none_or(Value::is_null) {
        return Ok(None);
    }
    let id = task.target.id.to_string();
    match signing_secret(app, &DEPLOYMENT_TARGET, (&task.workspace_id, &id)).await {
        Ok(secret) => Ok(Some(secret)),
        Err(missing @ (Missing::Gone | Missing::Sealed)) => Err(Performed::bad(missing.words())),
        Err(missing @ Missing::OutOfReach) => Err(Performed::out_of_reach(missing.words())),
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
