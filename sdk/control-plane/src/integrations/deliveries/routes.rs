//! Looking at deliveries, and trying a recipient out.

use axum::{extract::Path, handler::Handler, http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use crate::{
    app::App,
    clock::stamp,
    events::{Resource, Told},
    http::{
        answer::Answer,
        correlation,
        page::{Page, Position},
        problem::{Code, Problem},
    },
    integrations::deliveries::{
        attempt::{Patience, judge},
        recipient::{Errand, errand},
        store::{self, Delivery, DeliveryStatus, Fresh, Pending, Progress, Recipient},
        worker::ended,
    },
    object::{
        Call,
        read::{known_form, present},
        routes::respond,
        store::{Row, find},
        write::authorise,
    },
    openapi::{Heading, Operation, Parameter, Place, Reply, Verb},
};

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        listing(Recipient::Webhook, "listWebhookDeliveries", webhook_deliveries),
        listing(Recipient::Channel, "listNotificationChannelDeliveries", channel_deliveries),
        trial(Recipient::Webhook, "testWebhook", test_webhook),
        trial(Recipient::Channel, "testNotificationChannel", test_channel),
    ]
}

fn listing<H, T>(recipient: Recipient, id: &str, handler: H) -> Operation
where
    H: Handler<T, App>,
    T: 'static,
{
    let shape = recipient.shape();
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: format!("/{}/{{id}}/deliveries", shape.collection),
        id: id.to_owned(),
        tag: shape.collection,
        summary: format!("Lists the deliveries of a {}", shape.kind.replace('_', " ")),
        about: "The newest first, page by page. Deliveries that came to an end are kept for thirty days."
            .into(),
    };
    Operation::new(heading, handler)
        .takes(Parameter::limit())
        .takes(Parameter::cursor())
        .answers(Reply::json::<DeliveryPage>(StatusCode::OK, "A page of deliveries."))
        .refuses(&[Code::PermissionDenied, Code::NotFound])
}

fn trial<H, T>(recipient: Recipient, id: &str, handler: H) -> Operation
where
    H: Handler<T, App>,
    T: 'static,
{
    let shape = recipient.shape();
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Post,
        path: format!("/{}/{{id}}:test", shape.collection),
        id: id.to_owned(),
        tag: shape.collection,
        summary: format!("Tries a {} out", shape.kind.replace('_', " ")),
        about:
            "Sends an event that says it is a test, once, and waits for the answer. Takes the role member."
                .into(),
    };
    Operation::new(heading, handler)
        .answers(Reply::json::<Delivery>(StatusCode::OK, "What came of it."))
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::InvalidState])
}

/// Some deliveries, and where to go on.
#[derive(Debug, Serialize, JsonSchema)]
struct DeliveryPage {
    /// The deliveries, the newest first.
    data: Vec<Delivery>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

async fn webhook_deliveries(Path(id): Path<String>, call: Call) -> Response {
    respond(list(call, Recipient::Webhook, &id).await)
}

async fn channel_deliveries(Path(id): Path<String>, call: Call) -> Response {
    respond(list(call, Recipient::Channel, &id).await)
}

async fn test_webhook(Path(id): Path<String>, call: Call) -> Response {
    respond(test(call, Recipient::Webhook, &id).await)
}

async fn test_channel(Path(id): Path<String>, call: Call) -> Response {
    respond(test(call, Recipient::Channel, &id).await)
}

async fn found(call: &Call, recipient: Recipient, id: &str) -> Result<Row, Problem> {
    let shape = recipient.shape();
    let id = known_form(shape, id)?;
    let row = find(call.app.database.reader(), shape, &call.caller, &id).await?;
    present(shape, row)
}

async fn list(mut call: Call, recipient: Recipient, id: &str) -> Result<Answer, Problem> {
    let page = Page::take(&mut call.query, call.app.settings.page_size_max)?;
    call.query.clone().finish()?;
    let row = found(&call, recipient, id).await?;
    authorise(&call.caller, &row, &recipient.shape().permission("read"))?;
    let mut data = store::page(call.app.database.reader(), (recipient, &row.id), &page).await?;
    let has_more = data.len() > page.limit as usize;
    data.truncate(page.limit as usize);
    let last = data.last().filter(|_| has_more);
    let next_cursor =
        last.map(|last| Position { created_at: last.created_at.clone(), id: last.id.clone() }.encode());
    Ok(Answer::of(&DeliveryPage { data, next_cursor }))
}

/// Sends an event that says it is a test, once, and answers with what came of it.
async fn test(call: Call, recipient: Recipient, id: &str) -> Result<Answer, Problem> {
    call.query.clone().finish()?;
    let row = found(&call, recipient, id).await?;
    let Call { app, caller, .. } = call;
    let kind = recipient.shape().kind;
    authorise(&caller, &row, &recipient.shape().permission("test"))?;

    let created_at = stamp(app.settings.clock.now());
    let told = Told {
        id: 0,
        name: format!("{kind}.test"),
        workspace_id: row.workspace_id.clone(),
        resource: Resource { kind: kind.to_owned(), id: row.id.clone() },
        data: RawValue::from_string("{}".to_owned()).expect("an empty object is JSON"),
        correlation_id: correlation::id(),
        created_at: created_at.clone(),
    };
    let of = |wanted: Recipient| (wanted == recipient).then(|| row.id.clone());
    let delivery = Pending {
        id: Uuid::now_v7().to_string(),
        workspace_id: row.workspace_id.clone(),
        webhook_id: of(Recipient::Webhook),
        channel_id: of(Recipient::Channel),
        event_type: told.name.clone(),
        event: serde_json::to_string(&told).expect("an event holds only texts, numbers and JSON"),
        attempts: 0,
    };
    let answer = match errand(&app, &delivery).await? {
        Errand::Send(request) => Some(app.sender.send(&request).await),
        Errand::Simulate => None,
        Errand::Fail(reason) => Some(Err(reason.to_owned())),
        Errand::Forget => return Err(Problem::not_found(kind)),
        Errand::Cancel => {
            return Err(Problem::new(Code::InvalidState, "It is disabled. Enable it before testing it.")
                .with("state", "disabled")
                .with("allowed", json!(["enabled"])));
        }
    };
    let now = app.settings.clock.now();
    let progress = match answer {
        Some(answer) => judge(&answer, 0, Patience::Once, now),
        None => ended(DeliveryStatus::Simulated, 0, now),
    };
    // Kept only now that it is over: a test that nobody waits for any more is not made up for.
    let recorded = keep(&app, &delivery, &progress, &created_at).await?;
    Ok(Answer::of(&recorded))
}

async fn keep(
    app: &App,
    delivery: &Pending,
    progress: &Progress,
    created_at: &str,
) -> Result<Delivery, Problem> {
    let fresh = Fresh {
        id: &delivery.id,
        workspace_id: &delivery.workspace_id,
        recipient: delivery.recipient(),
        event_id: 0,
        event_type: &delivery.event_type,
        event: &delivery.event,
    };
    let mut transaction = app.database.write().await?;
    store::insert(&mut transaction, &fresh, created_at).await?;
    let recorded = store::advance(&mut transaction, delivery, progress).await?;
    transaction.commit().await?;
    recorded.ok_or_else(|| Problem::new(Code::Internal, "The test could not be recorded."))
}
