//! What only audit log streams do: they have a cursor, and a job that moves it.

use crate::{
    audit::stream::{
        AuditLogStream, cursor,
        delivery::enqueue_delivery,
        model::{AUDIT_LOG_STREAM, SinkType},
    },
    database::Connection,
    document::{Fields, choice::word_of},
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
};

impl Object for AuditLogStream {
    const SHAPE: &'static Shape = &AUDIT_LOG_STREAM;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, _connection: &mut Connection, _subject: &Subject<'_>) -> Result<(), Problem> {
        match self.sink.kind {
            SinkType::Http => Ok(()),
            unsupported @ (SinkType::S3 | SinkType::Kafka) => {
                let name = word_of(unsupported);
                Err(Problem::new(
                    Code::CapabilityUnsupported,
                    format!("This server cannot send audit logs to {name}. Use a sink of the type http."),
                )
                .with("platform", name)
                .with("feature", "audit_log_stream"))
            }
        }
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let was_enabled = match subject.earlier {
            None => {
                cursor::create(connection, subject.id, &self.start_from).await?;
                false
            }
            Some(earlier) => earlier.get("enabled").and_then(|value| value.as_bool()).unwrap_or_default(),
        };
        if self.enabled && !was_enabled {
            let epoch = cursor::begin_epoch(connection, subject.id).await?;
            enqueue_delivery(connection, subject.id, epoch, subject.time()).await?;
        }
        Ok(())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
