//! The log: one JSON object per line on standard error, in the form Sparki's services share.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use crate::clock::stamp;

/// Sends the log of this process to standard error. `RUST_LOG` chooses what is in it; the default is `info`.
///
/// Does nothing if the process already has a log.
pub fn install() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .event_format(JsonLine)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}

struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut take = |name: &str| fields.0.remove(name);
        let (component, message) = (take("component"), take("message"));
        let (correlation_id, user_id) = (take("correlation_id"), take("user_id"));
        let workspace_id = take("workspace_id");
        let mut line = json!({
            "timestamp": stamp(Timestamp::now()),
            "level": event.metadata().level().as_str(),
            "service": "sparki-control-plane",
            "component": component.unwrap_or_else(|| json!(event.metadata().target())),
            "message": message,
            "metadata": fields.0,
        });
        let correlation_id = correlation_id.or_else(|| Some(crate::http::correlation::id().into()));
        for (name, value) in
            [("correlation_id", correlation_id), ("user_id", user_id), ("workspace_id", workspace_id)]
        {
            if let Some(value) = value.filter(|value| value.as_str() != Some("")) {
                line[name] = value;
            }
        }
        writeln!(writer, "{line}")
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), json!((value * 1000.0).round() / 1000.0));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), json!(format!("{value:?}")));
    }
}
