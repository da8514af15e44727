//! Names of KMS keys.

use sparki_core::{DecodeError, Dynamic, Equivalence, Field, FromText, Kind, Path, Type};

/// AWS's own key, which counts as none.
const OWN_KEY: &str = "alias/aws/secretsmanager";

/// The name of a KMS key: its ARN or id, or that of an alias. Two names are equivalent when they say the same key: AWS answers
/// an ARN where an id or an alias was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for KeyName {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Field for KeyName {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| match (a.as_str(), b.as_str()) {
            (Some(a), Some(b)) => same_key(Some(a), Some(b)),
            (Some(_) | None, _) => false,
        })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}

/// Whether both name the same key. AWS's own counts as none.
pub(super) fn same_key(wanted: Option<&str>, found: Option<&str>) -> bool {
    match (foreign(wanted), foreign(found)) {
        (Some(wanted), Some(found)) if is_arn(wanted) == is_arn(found) => wanted == found,
        (Some(wanted), Some(found)) => end(wanted) == end(found),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A key that is not AWS's own.
pub(super) fn foreign(key: Option<&str>) -> Option<&str> {
    key.filter(|key| !key.is_empty() && !key.ends_with(OWN_KEY))
}

fn is_arn(key: &str) -> bool {
    key.starts_with("arn:")
}

/// The id or the alias at the end of an ARN, or else the whole: `alias/main` of `arn:aws:kms:us-east-1:1:alias/main`.
fn end(key: &str) -> &str {
    let end = key.rsplit_once(':').map_or(key, |(_, end)| end);
    end.strip_prefix("key/").unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_the_key_that_its_end_names() {
        let same = |wanted: &str, found: &str| same_key(Some(wanted), Some(found));
        let alias = "arn:aws:kms:us-east-1:123456789012:alias/main";
        assert!(same("alias/main", alias) && same(alias, "alias/main") && same(alias, alias));
        assert!(same("1234", "arn:aws:kms:us-east-1:123456789012:key/1234"));
        assert!(!same("alias/other", alias) && !same(&alias.replace("1234", "4321"), alias));
    }

    #[test]
    fn awss_own_key_is_none() {
        assert!(same_key(Some("alias/aws/secretsmanager"), None) && same_key(None, Some("")));
        assert!(!same_key(None, Some("alias/main")) && !same_key(Some("alias/main"), None));
    }
}
