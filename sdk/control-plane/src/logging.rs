//! The log: one JSON object per line on standard error, in the form Sparki's services share.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
#[cfg(feature = "otlp")]
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{
    EnvFilter, Layer,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::clock::stamp;
#[cfg(feature = "otlp")]
use crate::telemetry::Exporter;
#[cfg(feature = "otlp")]
pub use crate::telemetry::ExporterError as TracesError;

/// Sends the log of this process to standard error. `RUST_LOG` chooses what is in it; the default is `info`.
///
/// Does nothing if the process already has a log.
pub fn install() {
    let _ = tracing_subscriber::registry().with(lines()).try_init();
}

/// Sends the log to standard error, and spans to the OpenTelemetry collector at a base URL such as `http://localhost:4318`.
///
/// # Errors
///
/// Fails if the URL is none.
#[cfg(feature = "otlp")]
pub fn install_with_traces(endpoint: &str) -> Result<Traces, TracesError> {
    let exporter = Exporter::new(endpoint)?;
    // Spans of this program only: those of the client that sends them would never end.
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), tracing::Level::INFO);
    let spans = tracing_opentelemetry::layer().with_tracer(exporter.tracer()).with_filter(own);
    let _ = tracing_subscriber::registry().with(lines()).with(spans).try_init();
    Ok(Traces(exporter))
}

/// Spans on their way to a collector.
#[cfg(feature = "otlp")]
#[derive(Debug)]
pub struct Traces(Exporter);

#[cfg(feature = "otlp")]
impl Traces {
    /// Sends what has not been sent yet. Blocks for up to five seconds.
    pub fn finish(&self) {
        self.0.finish();
    }
}

fn lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt::layer().with_writer(std::io::stderr).event_format(JsonLine).with_filter(filter)
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
        let (trace_id, span_id) = match crate::http::correlation::span() {
            Some(ids) => (Some(ids.trace_id.into()), Some(ids.span_id.into())),
            None => (None, None),
        };
        let named = [
            ("correlation_id", correlation_id),
            ("user_id", user_id),
            ("workspace_id", workspace_id),
            ("trace_id", trace_id),
            ("span_id", span_id),
        ];
        for (name, value) in named {
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
