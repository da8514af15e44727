//! What only webhooks do: their secret is sealed, and enabling one again is a new start.

use serde_json::Value;

use crate::{
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    integrations::webhook::{
        WEBHOOK, Webhook,
        model::{DisabledReason, FINGERPRINT},
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    vault::Place,
};

/// The name of the secret in its place.
pub(in crate::integrations) const SECRET: &str = "secret";

impl Object for Webhook {
    const SHAPE: &'static Shape = &WEBHOOK;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, _connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.secret_fingerprint = self.material.fingerprint(subject, &[FINGERPRINT]);
        let Some(earlier) = subject.earlier else { return Ok(()) };
        let last_delivery = earlier.get("last_delivery").cloned().unwrap_or_default();
        self.last_delivery =
            serde_json::from_value(last_delivery).map_err(|error| sqlx::Error::Decode(error.into()))?;
        if !self.enabled {
            self.disabled_at = earlier.get("disabled_at").and_then(Value::as_str).map(str::to_owned);
            self.disabled_reason = self.disabled_at.as_ref().map(|_| DisabledReason::Failures);
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if self.enabled {
            let was_enabled = subject.earlier.and_then(|earlier| earlier.get("enabled")?.as_bool());
            if was_enabled == Some(false) {
                sqlx::query("UPDATE webhooks SET failures = 0 WHERE id = $1")
                    .bind(subject.id)
                    .execute(&mut *connection)
                    .await?;
            }
        }
        let place = Place::of(&WEBHOOK, subject, SECRET);
        Ok(self.material.store(connection, WEBHOOK.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
