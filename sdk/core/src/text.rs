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

/// The text is not a positive length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a length of time such as \"30s\", \"45m\" or \"1h30m\"")]
pub struct NotADuration;

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
    /// [`NotADuration`] if the text says none, or a negative one.
    pub fn duration(&self) -> Result<Duration, NotADuration> {
        parse_duration(&self.0)
    }
}

/// Reads a length of time such as `1h30m`.
///
/// # Errors
/// [`NotADuration`] if the text says none, or a negative one.
pub fn parse_duration(text: &str) -> Result<Duration, NotADuration> {
    let parsed: jiff::SignedDuration = text.parse().map_err(|_| NotADuration)?;
    parsed.try_into().map_err(|_| NotADuration)
}

impl Field for DurationText {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Custom(|value| match value.as_str().map(parse_duration) {
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(duration)) if duration.is_zero() => Err("must be longer than nothing".into()),
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
    fn durations_are_read_as_go_writes_them() {
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("45s"), Ok(Duration::from_secs(45)));
        assert!(parse_duration("-3s").is_err());
        assert!(parse_duration("soon").is_err());
    }
}
