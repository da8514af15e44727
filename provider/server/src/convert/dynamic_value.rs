//! Values whose type only the schema knows.

use sparki_core::{Dynamic, JsonError, Path, Type, UnknownMembers};
use tfplugin6::v6;

use crate::convert::msgpack::{self, MsgpackError};

/// A value from Terraform could not be read, which is a bug on one of the two sides.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The MessagePack form is malformed or of another type.
    #[error("failed to read a value in MessagePack form")]
    Msgpack(#[from] MsgpackError),
    /// The JSON form is malformed.
    #[error("failed to parse a value in JSON form")]
    Syntax(#[from] serde_json::Error),
    /// The JSON form is of another type.
    #[error("failed to read a value in JSON form")]
    Json(#[from] JsonError),
}

impl ValueError {
    /// The part of the value that could not be read.
    #[must_use]
    pub fn path(&self) -> Path {
        match self {
            Self::Msgpack(error) => error.path(),
            Self::Json(error) => error.path.clone(),
            Self::Syntax(_) => Path::root(),
        }
    }
}

/// Reads a value of type `ty`.
///
/// A value that is absent or has neither form is null: OpenTofu sends null arguments of functions so.
///
/// # Errors
/// [`ValueError`] if the value is malformed or not of that type.
pub fn decode(value: Option<&v6::DynamicValue>, ty: &Type) -> Result<Dynamic, ValueError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => Ok(msgpack::decode(&value.msgpack, ty)?),
        Some(value) if !value.json.is_empty() => {
            let json = serde_json::from_slice(&value.json)?;
            Ok(Dynamic::from_json(&json, ty, UnknownMembers::Refuse)?)
        }
        Some(_) | None => Ok(Dynamic::Null),
    }
}

/// Whether a value is null, as [`decode`] would find, without reading it.
#[must_use]
pub fn is_null(value: Option<&v6::DynamicValue>) -> bool {
    match value {
        Some(value) if !value.msgpack.is_empty() => value.msgpack.first() == Some(&0xc0),
        Some(value) if !value.json.is_empty() => value.json.trim_ascii() == b"null",
        Some(_) | None => true,
    }
}

/// Writes a value of type `ty`, always as MessagePack: Terraform does not take JSON everywhere.
///
/// # Errors
/// [`MsgpackError`] if the value is not of that type, which is a bug in whoever made it.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<v6::DynamicValue, MsgpackError> {
    Ok(v6::DynamicValue { msgpack: msgpack::encode(value, ty)?.into(), ..v6::DynamicValue::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(msgpack: &'static [u8], json: &'static str) -> v6::DynamicValue {
        v6::DynamicValue { msgpack: msgpack.into(), json: json.into() }
    }

    #[test]
    fn nothing_at_all_is_null() {
        assert_eq!(decode(None, &Type::String).unwrap(), Dynamic::Null);
        assert_eq!(decode(Some(&value(b"", "")), &Type::String).unwrap(), Dynamic::Null);
    }

    #[test]
    fn null_is_told_without_reading_the_value() {
        let null = [None, Some(value(b"", "")), Some(value(b"\xc0", "1")), Some(value(b"", " null "))];
        for value in &null {
            assert!(is_null(value.as_ref()));
            assert_eq!(decode(value.as_ref(), &Type::String).unwrap(), Dynamic::Null);
        }
        assert!(!is_null(Some(&value(b"\xa1m", "null"))) && !is_null(Some(&value(b"", "\"null\""))));
    }

    #[test]
    fn msgpack_comes_before_json() {
        assert_eq!(decode(Some(&value(b"\xa1m", r#""j""#)), &Type::String).unwrap(), "m".into());
        assert_eq!(decode(Some(&value(b"", r#""j""#)), &Type::String).unwrap(), "j".into());
    }

    #[test]
    fn answers_are_msgpack() {
        assert_eq!(encode(&"m".into(), &Type::String).unwrap(), value(b"\xa1m", ""));
    }

    #[test]
    fn malformed_json_is_an_error() {
        assert!(matches!(decode(Some(&value(b"", "{")), &Type::String), Err(ValueError::Syntax(_))));
        assert!(matches!(decode(Some(&value(b"", "[]")), &Type::String), Err(ValueError::Json(_))));
    }
}
