//! Names in URLs and paths.

use sparki_core::{
    DecodeError, Diagnostic, Diagnostics, Dynamic, Field, FromText, Kind, Path, Type, Validator, Value,
};

/// The most characters that any slug has; some objects allow less.
pub(crate) const LONGEST: usize = 255;

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
            Validator::Length { min: 2, max: Some(LONGEST) },
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

/// Reports a name of which the control plane can make no slug of up to `longest` characters, while none is set.
pub(crate) fn check_made_from(name: &Value<String>, slug: &Value<Slug>, longest: usize) -> Diagnostics {
    // An empty name has an error of its own.
    let Some(name) = name.known().filter(|name| slug.is_null() && !name.is_empty()) else {
        return Diagnostics::new();
    };
    let made = slugify(name);
    if (2..=longest).contains(&made.len()) {
        return Diagnostics::new();
    }
    let reason = if made.len() > longest {
        format!("{made:?} is longer than {longest} characters")
    } else {
        "a slug has two letters (a-z) or digits at least".to_owned()
    };
    Diagnostic::error(
        "No slug can be made from the name",
        format!("\"slug\" is not set, and none can be made from the name {name:?}: {reason}. Set \"slug\"."),
    )
    .at(Path::attribute("slug"))
    .into()
}

/// The slug that the control plane makes of a name, as far as both the name and that none is set are known.
///
/// It is sent with the object, so that what was planned comes about, or is refused where it is taken.
pub(crate) fn made_from(name: &Value<String>, slug: &Value<Slug>, longest: usize) -> Option<Slug> {
    let made = slugify(name.known().filter(|_| slug.is_null())?);
    (2..=longest).contains(&made.len()).then_some(Slug(made))
}

/// Makes a slug the way the control plane does: lower case, and one hyphen for each run of anything else.
pub(crate) fn slugify(name: &str) -> String {
    let words =
        name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_as_the_control_plane_makes_them() {
        for (name, slug) in [("  Acme & Sons, Ltd. ", "acme-sons-ltd"), ("Ünïcode", "n-code"), ("!!!", "")]
        {
            assert_eq!(slugify(name), slug);
        }
    }

    #[test]
    fn a_slug_follows_from_a_name_while_none_is_set() {
        assert_eq!(made_from(&"Acme & Sons".into(), &Value::Null, 9), Some("acme-sons".to_owned().into()));
        assert_eq!(made_from(&"Acme & Sons".into(), &Value::Null, 8), None);
        assert_eq!(made_from(&"!".into(), &Value::Null, 9), None);
        assert_eq!(made_from(&"Acme".into(), &"set".into(), 9), None);
        assert_eq!(made_from(&"Acme".into(), &Value::unknown(), 9), None);
        assert_eq!(made_from(&Value::unknown(), &Value::Null, 9), None);
    }

    #[test]
    fn a_name_without_a_slug_asks_for_one() {
        let check = |name: &str, slug: Value<Slug>| check_made_from(&name.into(), &slug, 5).to_string();
        for name in ["A", "!!!", "日本", "Ä", "longer"] {
            assert!(check(name, Value::Null).contains("Set \"slug\""), "{name}");
            assert_eq!(check(name, "set".into()), "", "{name}");
            assert_eq!(check(name, Value::unknown()), "", "{name}");
        }
        for name in ["A1", "a b", "12345", ""] {
            assert_eq!(check(name, Value::Null), "", "{name}");
        }
        assert_eq!(check_made_from(&Value::unknown(), &Value::Null, 5), Diagnostics::new());
    }
}
