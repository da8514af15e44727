//! Names in URLs and paths.

use sparki_core::{DecodeError, Dynamic, Field, FromText, Kind, Path, Type, Validator};

/// The name of an object in URLs and paths: lower-case letters, digits and hyphens, 2 to 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for Slug {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Slug {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Field for Slug {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![
            Validator::Length { min: 2, max: Some(255) },
            Validator::Pattern {
                pattern: "^[a-z0-9][a-z0-9-]*[a-z0-9]$",
                must: "consist of lower-case letters, digits and hyphens, and neither start nor end with a hyphen",
            },
        ]
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}
