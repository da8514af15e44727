//! Points in time: RFC 3339 in documents, seconds since 1970 in JSON bodies.

use jiff::Timestamp;
use serde_json::Value;

/// From seconds since 1970 to a document's form. What is no number stays, so that validation finds it.
pub(crate) fn from_seconds(value: &Value) -> Value {
    let seconds = value.as_f64().and_then(|seconds| {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are all that AWS sends")]
        let milliseconds = (seconds * 1000.0).round() as i64;
        Timestamp::from_millisecond(milliseconds).ok()
    });
    seconds.map_or_else(|| value.clone(), |timestamp| timestamp.to_string().into())
}

/// From a document's form to seconds since 1970.
pub(crate) fn to_seconds(value: &Value) -> Value {
    let timestamp = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    match timestamp {
        Some(timestamp) if timestamp.subsec_nanosecond() == 0 => timestamp.as_second().into(),
        Some(timestamp) => (timestamp.as_millisecond() as f64 / 1000.0).into(),
        None => value.clone(),
    }
}
