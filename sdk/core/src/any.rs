//! Values whose type is not known before there is one.

use crate::{DecodeError, Dynamic, Field, Kind, Path, Type};

/// A value of any type. The type travels with the value, as [`Dynamic::Typed`], except where it is null or unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Any(pub Dynamic);

impl Field for Any {
    fn kind() -> Kind {
        Kind::Plain(Type::Any)
    }

    fn encode(&self) -> Dynamic {
        self.0.clone()
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        if let Dynamic::Typed(..) = value {
            return Ok(Some(Self(value.clone())));
        }
        Err(DecodeError { path: path.clone(), problem: "a value with its type is required".into() })
    }
}
