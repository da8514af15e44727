//! What only notification channels do: their secret is sealed, and they stay while a rule names them.

use serde_json::Value;

use crate::{
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    integrations::notification_channel::{NOTIFICATION_CHANNEL, NotificationChannel, model::FINGERPRINT},
    object::{
        Archival, Earlier, Object, Shape, Subject, delete::refuse_dependents, store::Dependent,
        write::text_field,
    },
    vault::Place,
};

/// The name of the secret in its place.
pub(in crate::integrations) const CREDENTIAL: &str = "credential";

impl Object for NotificationChannel {
    const SHAPE: &'static Shape = &NOTIFICATION_CHANNEL;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, _connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.credential_fingerprint = self.material.fingerprint(subject, &[FINGERPRINT]);
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let place = Place::of(&NOTIFICATION_CHANNEL, subject, CREDENTIAL);
        Ok(self.material.store(connection, NOTIFICATION_CHANNEL.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        refuse_dependents(rules_of(connection, subject).await?)?;
        Ok(Archival::Delete)
    }
}

/// The rules that name a channel.
async fn rules_of(connection: &mut Connection, subject: &Subject<'_>) -> Result<Vec<Dependent>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, document FROM notification_rules WHERE workspace_id = $1 ORDER BY created_at, id",
    )
    .bind(subject.workspace_id)
    .fetch_all(connection)
    .await?;
    let mut dependents = Vec::new();
    for (id, text) in rows {
        let document: Document =
            serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let channels = document.get("channel_ids").and_then(Value::as_array);
        if channels.is_some_and(|channels| channels.iter().any(|channel| channel == subject.id)) {
            let name = text_field(&document, "name").to_owned();
            dependents.push(Dependent { kind: "notification_rule".to_owned(), id, name });
        }
    }
    Ok(dependents)
}
