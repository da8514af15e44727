//! What the server tells whoever watches over it: metrics under the names Sparki's services share, and traces.
//!
//! Whoever does something worth counting calls a method of [`Metrics`], which is in the
//! [`App`](crate::app::App); names, labels and their bounds are decided here. Whoever takes a while makes a span of
//! [`tracing`]: within a request it becomes part of its trace.

mod bounded;
mod labels;
mod machine;
mod metrics;
#[cfg(feature = "otlp")]
mod otlp;
pub(crate) mod route;
pub(crate) mod scrape;
pub(crate) mod trace;

pub(crate) use metrics::{Answered, Metrics};
#[cfg(feature = "otlp")]
pub(crate) use otlp::Exporter;
#[cfg(feature = "otlp")]
pub use otlp::ExporterError;
