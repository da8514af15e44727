//! The log that Terraform collects: one JSON object per line on standard error, in go-plugin's hclog form.
//!
//! The form is strict. A timestamp without exactly six digits makes Terraform take the line for text; a level, message
//! or timestamp that is no string makes Terraform itself panic; a line of 64 KiB or more is torn apart. And Terraform
//! parses every line even when it shows none, so nothing is written unless somebody asked.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::product::About;
use crate::redact::{REDACTED, is_telling};

/// The longest line: below the 64 KiB that go-plugin reads at once.
const LINE_LIMIT: usize = 60 * 1024;

/// The server's own modules.
const SERVER: &str = "tfplugin_server";

/// Starts to log if the environment asks for it. Otherwise nothing is ever written.
pub fn start(about: &About, variable: impl Fn(&str) -> Option<String>) {
    let level = level(about, variable);
    if level == LevelFilter::OFF {
        return;
    }
    // Fails only if something else took the place, as tests may do.
    let _ = tracing::subscriber::set_global_default(subscriber(about, level, io::stderr()));
}

/// The level that the environment asks for; the most specific variable counts.
fn level(about: &About, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", about.name.to_ascii_uppercase().replace('-', "_"));
    let names = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"];
    let Some(text) = names.into_iter().filter_map(variable).find(|text| !text.is_empty()) else {
        return LevelFilter::OFF;
    };
    match text.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        // "TRACE", "JSON", and whatever Terraform does not understand either and takes for it.
        _ => LevelFilter::TRACE,
    }
}

/// The provider's own modules log at the level. Others log warnings at most: they trace whole requests, headers with
/// credentials included.
fn subscriber<W: Write + Send + 'static>(
    about: &About,
    level: LevelFilter,
    out: W,
) -> impl Subscriber + Send + Sync + use<W> {
    let own = about.log_targets.iter().copied().chain([SERVER]);
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(own.map(|target| (target, level)));
    Registry::default().with(Hclog { out: Mutex::new(out) }.with_filter(targets))
}

/// Writes events, with the fields of the spans they happen in.
struct Hclog<W> {
    out: Mutex<W>,
}

/// What an event or a span says.
#[derive(Clone, Default)]
struct Said {
    message: String,
    fields: Map<String, Json>,
}

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + Send + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut said = Said::default();
            attributes.record(&mut said);
            span.extensions_mut().insert(said);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(said) = span.extensions_mut().get_mut::<Said>()
        {
            values.record(said);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Said::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(outer) = span.extensions().get::<Said>() {
                said.fields.extend(outer.fields.clone());
            }
        }
        event.record(&mut said);
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        let line = said.line(&level, event.metadata().target(), Timestamp::now());
        // One write per line, so that lines never mix. If it fails, nobody reads the log.
        let _ = self.out.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
    }
}

impl Said {
    /// The event as a line. What does not fit is cut, the longest values first.
    fn line(&self, level: &str, module: &str, time: Timestamp) -> String {
        let mut limit = LINE_LIMIT / 4;
        loop {
            let mut line = Map::new();
            if limit > 0 {
                line.extend(self.fields.iter().map(|(name, value)| (name.clone(), cut(value, limit))));
            }
            line.insert("@level".into(), level.into());
            // Without fields, the message has a thousand characters, which is at most six thousand bytes of JSON.
            line.insert("@message".into(), cut_text(&self.message, limit.max(1000)).into());
            line.insert("@module".into(), module.into());
            line.insert("@timestamp".into(), time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into());
            let text = Json::Object(line).to_string() + "\n";
            if text.len() <= LINE_LIMIT || limit == 0 {
                return text;
            }
            limit = if limit > 64 { limit / 4 } else { 0 };
        }
    }

    fn insert(&mut self, field: &Field, value: impl Into<Json>) {
        // The keys with an "@" are the form's own.
        let name = field.name().trim_start_matches('@');
        let value = if is_telling(name) { REDACTED.into() } else { value.into() };
        self.fields.insert(name.to_owned(), value);
    }
}

fn cut(value: &Json, limit: usize) -> Json {
    match value {
        Json::String(text) => cut_text(text, limit).into(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.clone(),
    }
}

fn cut_text(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message.clear();
            // Writing to a string fails only if the value's own code does; what it wrote stays.
            let _ = write!(self.message, "{value:?}");
        } else {
            self.insert(field, format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message)
        } else {
            self.insert(field, value)
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        self.insert(field, text);
    }
}

#[cfg(test)]
mod tests;
