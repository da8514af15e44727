//! What is sent to a recipient, and with which secret.

use serde_json::Value;
use sqlx::AssertSqlSafe;
use zeroize::Zeroizing;

use crate::{
    app::App,
    database::Connection,
    document::Document,
    http::{problem::Problem, signature::sign},
    integrations::{
        deliveries::{
            sender::Request,
            store::{Pending, Recipient},
        },
        notification_channel::{CREDENTIAL, Message, NOTIFICATION_CHANNEL, Signature, message},
        webhook::{self, WEBHOOK},
    },
    object::{Shape, write::text_field},
    vault::Place,
};

/// What is to be done about a delivery.
pub(super) enum Errand {
    Send(Request),
    /// The recipient is not really sent anything.
    Simulate,
    /// Nothing can be sent, for this reason.
    Fail(&'static str),
    /// The recipient has been disabled since.
    Cancel,
    /// The recipient is gone.
    Forget,
}

impl Recipient {
    pub(super) fn shape(self) -> &'static Shape {
        match self {
            Self::Webhook => &WEBHOOK,
            Self::Channel => &NOTIFICATION_CHANNEL,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Webhook => webhook::SECRET,
            Self::Channel => CREDENTIAL,
        }
    }
}

/// Finds out what is to be done about a delivery.
pub(super) async fn errand(app: &App, delivery: &Pending) -> Result<Errand, Problem> {
    let (recipient, id) = delivery.recipient();
    let mut connection = app.database.reader().acquire().await?;
    let Some(document) = find(&mut connection, recipient.shape(), id).await? else {
        return Ok(Errand::Forget);
    };
    if document.get("enabled").and_then(Value::as_bool) != Some(true) {
        return Ok(Errand::Cancel);
    }
    let shape = recipient.shape();
    let place = Place::in_workspace(shape, (&delivery.workspace_id, id), recipient.key());
    let opened = app.vault.secret_of(&mut connection, shape.table, &place).await?;
    drop(connection);
    let secret = match opened {
        Ok(secret) => secret.unwrap_or_default(),
        Err(error) => {
            tracing::error!(component = "deliveries", recipient = id, error = %error, "a secret does not open");
            return Ok(Errand::Fail("the secret of the recipient does not open"));
        }
    };
    let message = match recipient {
        Recipient::Webhook => Some(Message::Send {
            url: Zeroizing::new(text_field(&document, "url").to_owned()),
            body: Zeroizing::new(delivery.event.clone()),
            signature: Signature::Signed,
        }),
        Recipient::Channel => message(&document, &delivery.event, &secret),
    };
    let (url, body, signature) = match message {
        None => return Ok(Errand::Fail("the notification channel cannot be read")),
        Some(Message::Simulated) => return Ok(Errand::Simulate),
        Some(Message::Send { url, body, signature }) => (url, body, signature),
    };
    let mut headers =
        vec![("sparki-delivery", delivery.id.clone()), ("sparki-event", delivery.event_type.clone())];
    match signature {
        Signature::Unsigned => {}
        Signature::Signed => {
            let seconds = app.settings.clock.now().as_second();
            headers.push(("sparki-signature", sign(&secret, seconds, &body)));
        }
    }
    Ok(Errand::Send(Request { url, body, headers }))
}

async fn find(connection: &mut Connection, shape: &Shape, id: &str) -> Result<Option<Document>, sqlx::Error> {
    let sql = format!("SELECT document FROM {} WHERE id = $1", shape.table);
    let text: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let document = text.map(|text| serde_json::from_str(&text)).transpose();
    document.map_err(|error| sqlx::Error::Decode(error.into()))
}
