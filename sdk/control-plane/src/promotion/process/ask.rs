//! Asking webhooks whether a promotion may go.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::App,
    clock::stamp,
    http::{problem::Problem, signature::sign},
    object::{
        id::Id,
        standing::{Standing, read_document},
    },
    outbound::{chain, client},
    promotion::{
        gate::{ENVIRONMENT_GATE, EnvironmentGate, Webhook},
        plan::{Answered, GateStatus, Plan},
        process::{
            Promotion,
            machine::Phase,
            moves::{Left, Turn},
            store,
        },
    },
    signing_secret::signing_secret,
};

/// How long the other side may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How often somebody is asked again who has not said yes or no.
const AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// A question for a webhook.
#[derive(Debug)]
pub(super) struct Inquiry {
    gate_id: Id<EnvironmentGate>,
    workspace_id: String,
    webhook: Webhook,
    body: Value,
}

/// The webhooks that have to be asked now.
pub(super) async fn due(turn: &mut Turn<'_>, plan: &Plan) -> Result<Vec<Inquiry>, Problem> {
    let mut inquiries = Vec::new();
    for gate in plan.gates.iter().filter(|gate| gate.status == GateStatus::Pending) {
        let Some(gate_id) = gate.gate_id else { continue };
        let answer = turn.promotion.object.answers.iter().find(|answer| answer.gate_id == gate_id);
        let asked_at: Option<Timestamp> = answer.and_then(|answer| answer.asked_at.parse().ok());
        if asked_at.is_some_and(|at| turn.time < at + AGAIN) {
            continue;
        }
        let definition: Option<EnvironmentGate> =
            read_document(turn.connection, "environment_gates", &gate_id.to_string()).await?;
        let Some(webhook) = definition.and_then(|definition| definition.webhook) else { continue };
        let body = json!({
            "type": "promotion.gate",
            "promotion_id": turn.promotion.id,
            "gate": {"id": gate_id, "name": gate.name},
            "plan": plan,
        });
        let workspace_id = turn.promotion.workspace_id.clone();
        inquiries.push(Inquiry { gate_id, workspace_id, webhook, body });
    }
    Ok(inquiries)
}

/// Asks, and answers with what was answered.
pub(super) async fn ask(app: &App, inquiries: &[Inquiry]) -> Vec<Answered> {
    let mut answers = Vec::new();
    for inquiry in inquiries {
        let (status, detail) = ask_one(app, inquiry).await;
        let asked_at = stamp(app.settings.clock.now());
        answers.push(Answered { gate_id: inquiry.gate_id, status, detail, asked_at });
    }
    answers
}

async fn ask_one(app: &App, inquiry: &Inquiry) -> (GateStatus, String) {
    let Inquiry { gate_id, workspace_id, webhook, body } = inquiry;
    let client = match client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => return (GateStatus::Pending, format!("No call can be made: {}.", chain(&error))),
    };
    let body = body.to_string();
    let mut request = client
        .post(&webhook.url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("sparki-control-plane/", env!("CARGO_PKG_VERSION")));
    if webhook.signing_secret_fingerprint.is_some() {
        let id = gate_id.to_string();
        match signing_secret(app, &ENVIRONMENT_GATE, (workspace_id, &id)).await {
            Ok(secret) => {
                let now = app.settings.clock.now().as_second();
                request = request.header("sparki-signature", sign(&secret, now, &body));
            }
            Err(missing) => return (GateStatus::Pending, missing.words().to_owned()),
        }
    }
    match request.body(body).send().await {
        Ok(answer) => {
            (meaning(answer.status()), format!("The webhook answered {}.", answer.status().as_u16()))
        }
        Err(error) => (GateStatus::Pending, format!("The webhook did not answer: {}.", chain(&error))),
    }
}

/// What a status means: yes, not yet, or no. What may pass by itself is no answer yet.
fn meaning(status: StatusCode) -> GateStatus {
    let passes = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    match status {
        StatusCode::OK | StatusCode::NO_CONTENT => GateStatus::Passed,
        status if status.is_client_error() && !passes.contains(&status) => GateStatus::Failed,
        _ => GateStatus::Pending,
    }
}

/// Takes down what webhooks have answered, unless somebody else is at it by now.
pub(super) async fn take(app: &App, look: (&str, i64), answers: Vec<Answered>) -> Result<Left, Problem> {
    let (id, number) = look;
    let time = app.settings.clock.now();
    let mut transaction = app.database.write().await?;
    if !store::is_due(&mut transaction, id, number).await? {
        return Ok(Left::Nothing);
    }
    let Some(promotion) = Standing::<Promotion>::find(&mut transaction, id).await? else {
        return Ok(Left::Nothing);
    };
    let mut turn = Turn { connection: &mut transaction, promotion, time };
    let promotion = &mut turn.promotion.object;
    if promotion.status.phase() == Phase::Waiting {
        for answer in answers {
            promotion.answers.retain(|earlier| earlier.gate_id != answer.gate_id);
            promotion.answers.push(answer);
        }
        turn.write().await?;
    }
    transaction.commit().await?;
    Ok(Left::More)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_some_statuses_say_yes_or_no() {
        let meanings = [200, 204, 202, 403, 404, 429, 500, 302]
            .map(|status| meaning(StatusCode::from_u16(status).unwrap_or_default()));
        use GateStatus::{Failed, Passed, Pending};
        assert_eq!(meanings, [Passed, Passed, Pending, Failed, Failed, Pending, Pending, Pending]);
    }
}
