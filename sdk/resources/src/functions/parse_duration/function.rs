//! The function `parse_duration`.

use std::time::Duration;

use sparki_core::{Function, FunctionError, Number, Value, parse_duration};
use sparki_derive::Model;

/// The function `parse_duration`.
#[derive(Clone, Copy, Debug)]
pub enum ParseDuration {}

/// Reads a length of time, as `timeouts` have them, and returns its seconds: `1h30m` is 5400, `250ms` is 0.25.
///
/// It is a sequence of numbers, each with one of the units `h`, `m`, `s`, `ms`, `us` and `ns`, without white space; a number
/// may have a fraction, as in `1.5h`, and `0` needs no unit. A day is `24h`. A negative length, and one of more than 2562047
/// hours, is an error.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ParseDurationArguments {
    /// Length of time, such as `30s`, `45m` or `1h30m`.
    #[attr(required)]
    pub text: Value<String>,
}

impl Function for ParseDuration {
    const NAME: &'static str = "parse_duration";
    const SUMMARY: &'static str = "Returns the seconds of a length of time.";
    type Arguments = ParseDurationArguments;
    type Output = Number;

    fn call(arguments: ParseDurationArguments) -> Result<Number, FunctionError> {
        let text = arguments.text.known().map(String::as_str).unwrap_or_default();
        let duration = parse_duration(text)
            .map_err(|problem| FunctionError::new(format!("\"text\" {problem}.")).at(0))?;
        Ok(seconds(duration))
    }
}

/// Exact, as a float would not be.
fn seconds(duration: Duration) -> Number {
    let text = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
    text.parse().expect("digits with a point are a number")
}
