//! From an event to the deliveries of it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    database::Connection,
    events::Told,
    integrations::{
        deliveries::store::{self, Fresh, Recipient},
        notification_rule::{About, Filter},
        pattern,
    },
    work,
};

/// Whoever wants to be told of something: a webhook, or the channels of a notification rule.
#[derive(Deserialize)]
struct Subscriber {
    enabled: bool,
    events: Vec<String>,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    channel_ids: Vec<String>,
}

/// What an event's data says it is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ids {
    project_id: Option<String>,
    environment_id: Option<String>,
}

/// Writes the deliveries of an event, in the transaction of the event.
pub(crate) async fn dispatch(connection: &mut Connection, told: &Told) -> Result<(), sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT 'webhook' AS kind, id, document FROM webhooks WHERE workspace_id = $1 \
         UNION ALL SELECT 'rule' AS kind, id, document FROM notification_rules WHERE workspace_id = $1",
    )
    .bind(&told.workspace_id)
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids = about(connection, told).await?;
    let about =
        About { project_id: ids.project_id.as_deref(), environment_id: ids.environment_id.as_deref() };
    let mut recipients: Vec<(Recipient, String)> = Vec::new();
    for (kind, id, document) in rows {
        let subscriber: Subscriber =
            serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let wants = subscriber.enabled
            && pattern::any_covers(&subscriber.events, &told.name)
            && subscriber.filter.admits(&about);
        if !wants {
            continue;
        }
        if kind == "webhook" {
            recipients.push((Recipient::Webhook, id));
        }
        for channel in subscriber.channel_ids {
            // Two rules that name one channel still tell it once.
            let recipient = (Recipient::Channel, channel);
            if !recipients.contains(&recipient) {
                recipients.push(recipient);
            }
        }
    }
    write(connection, told, &recipients).await
}

async fn write(
    connection: &mut Connection,
    told: &Told,
    recipients: &[(Recipient, String)],
) -> Result<(), sqlx::Error> {
    let event = serde_json::to_string(told).expect("an event holds only texts, numbers and JSON");
    let due: Timestamp = told.created_at.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    for (recipient, recipient_id) in recipients {
        let id = Uuid::now_v7().to_string();
        let fresh = Fresh {
            id: &id,
            workspace_id: &told.workspace_id,
            recipient: (*recipient, recipient_id),
            event_id: told.id,
            event_type: &told.name,
            event: &event,
        };
        store::insert(connection, &fresh, &told.created_at).await?;
        work::enqueue(connection, "delivery", &json!({"delivery_id": id}), due).await?;
    }
    Ok(())
}

/// The project and the environment an event is about, if it is about one.
async fn about(connection: &mut Connection, told: &Told) -> Result<Ids, sqlx::Error> {
    let mut ids: Ids = serde_json::from_str(told.data.get()).unwrap_or_default();
    match told.resource.kind.as_str() {
        "project" => ids.project_id = Some(told.resource.id.clone()),
        "environment" => ids.environment_id = Some(told.resource.id.clone()),
        _ => {}
    }
    if let (None, Some(environment_id)) = (&ids.project_id, &ids.environment_id) {
        ids.project_id = sqlx::query_scalar("SELECT project_id FROM environments WHERE id = $1")
            .bind(environment_id)
            .fetch_optional(connection)
            .await?;
    }
    Ok(ids)
}
