//! Request bodies: at most 1 MiB of one JSON object, in which no member comes twice.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};
use serde_json::{Map, Value};

use crate::{
    http::{duplicates::duplicates, problem::Problem},
    listen::TooSlow,
};

/// Largest request body, in bytes.
pub(crate) const LARGEST: usize = 1024 * 1024;

pub(crate) async fn read_object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Problem> {
    if !is_json(headers) {
        return Err(Problem::malformed("Send the body as application/json.")
            .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = read(headers, body).await?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => match duplicates(&bytes) {
            errors if errors.is_empty() => Ok(object),
            errors => Err(Problem::validation(errors)),
        },
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            Err(Problem::malformed("The body has to be a JSON object."))
        }
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(Problem::malformed(format!("The body is not valid JSON (line {line}, column {column}).")))
        }
    }
}

/// Reads a body of any type, up to [`LARGEST`] bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        Problem::malformed(format!("The body is larger than {LARGEST} bytes."))
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > LARGEST) {
        return Err(too_large());
    }
    match to_bytes(body, LARGEST).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_length_limit(&error) => Err(too_large()),
        Err(error) if is_too_slow(&error) => {
            Err(Problem::malformed("The body came too slowly.").with_status(StatusCode::REQUEST_TIMEOUT))
        }
        Err(_) => Err(Problem::malformed("The body ended early.")),
    }
}

fn is_length_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        // The type lives in http-body-util, which is no direct dependency; its message is stable and short.
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        next = error.source();
    }
    false
}

fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<TooSlow>())
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
