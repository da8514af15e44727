//! Texts with a meaning: JSON documents and durations.

use std::time::Duration;

use serde_json::{Map, Value as Document};

use crate::{DecodeError, Dynamic, Equivalence, Field, FromText, Kind, Number, Path, Type, Validator};

/// A JSON document as text. Two texts are equivalent when the documents are: white space, the order of members and
/// the notation of numbers do not count, and a member that is null is as good as none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JsonText(String);

/// A length of time as text: `30s`, `45m`, `1h30m`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DurationText(String);

/// Why a text is no length of time, to follow its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotADuration {
    /// It is no sequence of numbers with units.
    #[error(
        "must be a length of time: numbers with the units h, m, s, ms, us or ns, such as \"45m\" or \"1h30m\""
    )]
    Malformed,
    /// It counts days, which are no unit.
    #[error("must be a length of time in h, m, s, ms, us or ns, where a day is 24h")]
    Days,
    /// It is below zero.
    #[error("must be a length of time that is not negative")]
    Negative,
    /// It is longer than Go's `time.Duration`, which is 2^63 - 1 nanoseconds.
    #[error("must be a length of time of up to 2562047h")]
    TooLong,
}

impl JsonText {
    /// The document as compact text.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self(document.to_string())
    }

    /// The document.
    ///
    /// # Errors
    /// What `serde_json` says of text that is no JSON.
    pub fn document(&self) -> Result<Document, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for JsonText {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromText for DurationText {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Field for JsonText {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Custom(|value| {
            let parsed = value.as_str().map(serde_json::from_str::<Document>);
            match parsed {
                Some(Err(_)) if value.as_str().is_some_and(|text| text.trim().is_empty()) => {
                    Err("must be a JSON document and not empty".into())
                }
                Some(Err(error)) => {
                    let (line, column) = (error.line(), error.column());
                    let problem = error.to_string();
                    let problem = problem.split(" at line ").next().unwrap_or_default();
                    Err(format!("must be a JSON document; line {line}, column {column}: {problem}"))
                }
                Some(Ok(_)) | None => Ok(()),
            }
        })]
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| {
            let parse =
                |value: &Dynamic| value.as_str().and_then(|text| serde_json::from_str::<Document>(text).ok());
            match (parse(a), parse(b)) {
                (Some(a), Some(b)) => same_document(&a, &b),
                (Some(_) | None, _) => false,
            }
        })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}

fn same_document(a: &Document, b: &Document) -> bool {
    match (a, b) {
        (Document::Number(a), Document::Number(b)) => {
            let exact = |number: &serde_json::Number| number.to_string().parse::<Number>().ok();
            a == b || exact(a).is_some_and(|a| exact(b) == Some(a))
        }
        (Document::Array(a), Document::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_document(a, b))
        }
        (Document::Object(a), Document::Object(b)) => {
            let member =
                |of: &Map<String, Document>, key: &str| of.get(key).cloned().unwrap_or(Document::Null);
            a.keys().chain(b.keys()).all(|key| same_document(&member(a, key), &member(b, key)))
        }
        _ => a == b,
    }
}

impl DurationText {
    /// The text for a whole number of seconds.
    #[must_use]
    pub fn from_seconds(seconds: u32) -> Self {
        Self(format!("{seconds}s"))
    }

    /// The length of time.
    ///
    /// # Errors
    /// As [`parse_duration`].
    pub fn duration(&self) -> Result<Duration, NotADuration> {
        parse_duration(&self.0)
    }
}

/// Reads a length of time such as `1h30m`, as Go's `time.ParseDuration` does: decimal numbers, each with a unit, in any
/// order. `0` needs none. What is finer than a nanosecond does not count.
///
/// # Errors
/// [`NotADuration`] if the text says none, a negative one, or one that is too long.
pub fn parse_duration(text: &str) -> Result<Duration, NotADuration> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if text.is_empty() {
        return Err(NotADuration::Malformed);
    }
    if text.starts_with('-') {
        return Err(NotADuration::Negative);
    }
    let of_number = |character: char| character.is_ascii_digit() || character == '.';
    let mut nanoseconds = 0_u128;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, tail) = rest.split_at(rest.find(|c| !of_number(c)).unwrap_or(rest.len()));
        let (unit, tail) = tail.split_at(tail.find(of_number).unwrap_or(tail.len()));
        nanoseconds += count(number, nanoseconds_of(unit)?)?;
        if nanoseconds > u128::from(i64::MAX.unsigned_abs()) {
            return Err(NotADuration::TooLong);
        }
        rest = tail;
    }
    u64::try_from(nanoseconds).map(Duration::from_nanos).map_err(|_| NotADuration::TooLong)
}

fn nanoseconds_of(unit: &str) -> Result<u64, NotADuration> {
    match unit {
        "ns" => Ok(1),
        // The micro sign, and the Greek letter that looks the same.
        "us" | "\u{b5}s" | "\u{3bc}s" => Ok(1_000),
        "ms" => Ok(1_000_000),
        "s" => Ok(1_000_000_000),
        "m" => Ok(60_000_000_000),
        "h" => Ok(3_600_000_000_000),
        "d" | "day" | "days" => Err(NotADuration::Days),
        _ => Err(NotADuration::Malformed),
    }
}

/// A decimal number of units, rounded down.
fn count(number: &str, unit: u64) -> Result<u128, NotADuration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return Err(NotADuration::Malformed);
    }
    // Ten to the 24th hours, in nanoseconds, is just below what there is room for.
    let fraction = fraction.get(..24).unwrap_or(fraction);
    let number = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u128>() };
    let (Ok(whole), Ok(parts)) = (number(whole), number(fraction)) else { return Err(NotADuration::TooLong) };
    let whole = whole.checked_mul(u128::from(unit)).ok_or(NotADuration::TooLong)?;
    let scale = fraction.bytes().fold(1, |scale: u128, _| scale * 10);
    whole.checked_add(parts * u128::from(unit) / scale).ok_or(NotADuration::TooLong)
}

impl Field for DurationText {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Custom(|value| match value.as_str().map(parse_duration) {
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(duration)) if duration.is_zero() => Err("must be longer than 0, such as \"30m\"".into()),
            Some(Ok(_)) | None => Ok(()),
        })]
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| {
            let parse = |value: &Dynamic| value.as_str().and_then(|text| parse_duration(text).ok());
            parse(a).is_some_and(|a| parse(b) == Some(a))
        })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_compared_and_not_their_text() {
        let same = JsonText::equivalent().unwrap();
        assert!(same(&r#"{"a":1,"b":[2.0]}"#.into(), &r#"{ "b": [2], "a": 1 }"#.into()));
        assert!(same(&r#"{"a":1,"b":null}"#.into(), &r#"{"a":1}"#.into()));
        assert!(!same(&r#"{"a":1}"#.into(), &r#"{"a":2}"#.into()));
        assert!(!same(&"not json".into(), &"not json either".into()));
    }

    #[test]
    fn what_is_no_document_is_said_plainly() {
        let check = |text: &str| JsonText::validators()[0].check(&text.into()).unwrap_err();
        assert_eq!(check(" "), "must be a JSON document and not empty");
        assert_eq!(check("{\"a\": }"), "must be a JSON document; line 1, column 7: expected value");
    }

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("0s", 0),
            ("45s", 45_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("30m1h", 5_400_000_000_000),
            ("1.5h", 5_400_000_000_000),
            (".5h", 1_800_000_000_000),
            ("1.h", 3_600_000_000_000),
            ("1s1ns", 1_000_000_001),
            ("1s1s", 2_000_000_000),
            ("250ms", 250_000_000),
            ("7us", 7_000),
            ("7\u{b5}s", 7_000),
            ("7\u{3bc}s", 7_000),
            ("0.100000000000000000000h", 360_000_000_000),
            ("0.3333333333333333333h", 1_199_999_999_999),
            ("1.9ns", 1),
            ("9223372036854775807ns", i64::MAX.unsigned_abs()),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (problem, texts) in [
            (
                NotADuration::Malformed,
                &[
                    "", "soon", "90", "1 hour", "5mins", "1:30:00", "PT1H", "1,5h", "1h 30m", " 1h", "1H",
                    "h", ".h", "1..5h", "1.5.h", "+1h", "1e3s", "1y", "00", "1h30",
                ][..],
            ),
            (NotADuration::Days, &["1d", "1d12h", "2days"]),
            (NotADuration::Negative, &["-3s"]),
            (
                NotADuration::TooLong,
                &[
                    "9223372036854775808ns",
                    "2562048h",
                    "99999999999999999999999999999999999999999h",
                    "2562047h2562047h",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(parse_duration(text), Err(problem), "{text}");
            }
        }
    }

    #[test]
    fn a_duration_of_an_attribute_is_longer_than_nothing() {
        let check = |text: &str| DurationText::validators()[0].check(&text.into());
        assert_eq!(check("30m"), Ok(()));
        assert_eq!(check("0"), Err("must be longer than 0, such as \"30m\"".into()));
        let told = check("1d").unwrap_err();
        assert_eq!(told, "must be a length of time in h, m, s, ms, us or ns, where a day is 24h");
    }

    #[test]
    fn spellings_of_one_duration_are_equivalent() {
        let same = DurationText::equivalent().unwrap();
        assert!(same(&"90m".into(), &"1h30m".into()));
        assert!(same(&"0.5h".into(), &"30m".into()));
        assert!(!same(&"1d".into(), &"24h".into()) && !same(&"soon".into(), &"soon".into()));
    }
}
