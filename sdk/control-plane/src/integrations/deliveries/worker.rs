//! The job that makes a delivery.

use jiff::Timestamp;

use crate::{
    app::App,
    clock::stamp,
    database::Connection,
    http::problem::Problem,
    integrations::{
        deliveries::{
            attempt::{Patience, judge},
            recipient::{Errand, errand},
            store::{self, Delivery, DeliveryStatus, Pending, Progress, Recipient},
        },
        webhook::{self, LastDelivery},
    },
    work::{Job, Outcome},
};

/// Makes one attempt of a delivery.
pub(crate) async fn deliver(app: App, job: Job) -> Result<Outcome, Problem> {
    let Some(delivery) = store::pending(app.database.reader(), job.text("delivery_id")).await? else {
        return Ok(Outcome::Done);
    };
    let now = || app.settings.clock.now();
    let (progress, recorded_at) = match errand(&app, &delivery).await? {
        Errand::Forget => return Ok(Outcome::Done),
        Errand::Cancel => (ended(DeliveryStatus::Canceled, delivery.attempts, now()), now()),
        Errand::Simulate => (ended(DeliveryStatus::Simulated, delivery.attempts, now()), now()),
        Errand::Fail(reason) => {
            (judge(&Err(reason.to_owned()), delivery.attempts, Patience::Retries, now()), now())
        }
        Errand::Send(request) => {
            let answer = app.sender.send(&request).await;
            let answered_at = now();
            (judge(&answer, delivery.attempts, Patience::Retries, answered_at), answered_at)
        }
    };
    let next = progress.next_attempt_at.as_deref().and_then(|next| next.parse().ok());
    record(&app, &delivery, &progress, recorded_at).await?;
    Ok(next.map_or(Outcome::Done, |at| Outcome::Again { at }))
}

/// The end of a delivery that nothing more is sent for.
pub(super) fn ended(status: DeliveryStatus, attempts: i64, now: Timestamp) -> Progress {
    Progress {
        status,
        attempts,
        response_status: None,
        error: None,
        next_attempt_at: None,
        completed_at: Some(stamp(now)),
    }
}

async fn record(app: &App, delivery: &Pending, progress: &Progress, now: Timestamp) -> Result<(), Problem> {
    let mut transaction = app.database.write().await?;
    if let Some(recorded) = store::advance(&mut transaction, delivery, progress).await? {
        note(&mut transaction, delivery, &recorded, &stamp(now)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Has a webhook know how its delivery ended. Channels keep no account.
async fn note(
    connection: &mut Connection,
    delivery: &Pending,
    recorded: &Delivery,
    now: &str,
) -> Result<(), Problem> {
    match (delivery.recipient(), recorded.status.as_str()) {
        ((Recipient::Webhook, id), "succeeded") => {
            webhook::delivered(connection, id, &summary(recorded)).await?;
        }
        ((Recipient::Webhook, id), "failed") => {
            webhook::give_up(connection, id, &summary(recorded), now).await?;
        }
        ((Recipient::Webhook | Recipient::Channel, _), _) => {}
    }
    Ok(())
}

/// What a webhook says about its last delivery.
fn summary(delivery: &Delivery) -> LastDelivery {
    LastDelivery {
        id: delivery.id.clone(),
        event_type: delivery.event_type.clone(),
        status: delivery.status.clone(),
        response_status: delivery.response_status,
        completed_at: delivery.completed_at.clone(),
    }
}
