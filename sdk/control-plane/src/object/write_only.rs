//! Fields that are written and never shown. What is shown in their place is a fingerprint, in a field of its own.

use serde_json::Value;

use crate::{
    document::{Document, Fields},
    object::{Earlier, Subject},
    vault::Material,
};

/// A field that holds a secret.
pub(crate) struct WriteOnly<'a> {
    /// The objects it is in, from the outside in, and its name.
    pub(crate) path: &'static [&'static str],
    /// What it is for.
    pub(crate) about: &'static str,
    /// The field that shows its fingerprint, and the objects that one is in.
    pub(crate) fingerprint: &'static [&'static str],
    pub(crate) earlier: Option<&'a Earlier<'a>>,
}

const LONGEST: usize = 65_536;

impl WriteOnly<'_> {
    /// Reads the field. A patch that leaves it alone keeps it.
    pub(crate) fn read(&self, fields: &mut Fields<'_>) -> Material {
        fields.explain(self.name(), self.about);
        match fields.secret(self.name(), LONGEST) {
            Some(secret) => Material::Fresh(secret),
            None if self.is_kept() => Material::Kept,
            None => Material::Absent,
        }
    }

    /// Reads a field that has to be there.
    pub(crate) fn required(&self, fields: &mut Fields<'_>) -> Material {
        if !self.is_kept() {
            fields.require(self.name());
        }
        self.read(fields)
    }

    fn name(&self) -> &'static str {
        self.path.last().copied().unwrap_or_default()
    }

    fn is_kept(&self) -> bool {
        let Some(Earlier { document, patch }) = self.earlier else { return false };
        let (_, around) = self.path.split_last().unwrap_or((&"", &[]));
        let is_stored = find(document, self.fingerprint).is_some_and(Value::is_string)
            && around.iter().try_fold(*document, |inner, name| inner.get(*name)?.as_object()).is_some();
        is_stored && !touches(patch, self.path)
    }
}

/// The value at a path of names.
fn find<'a>(document: &'a Document, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = document.get(*first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_object()?, rest) }
}

/// Whether a patch says something about a field, or about an object it is in as a whole.
fn touches(patch: &Document, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match patch.get(*first) {
        None => false,
        Some(Value::Object(inner)) => touches(inner, rest),
        Some(_) => true,
    }
}

impl Material {
    /// The fingerprint of the secret that an object is going to have.
    pub(crate) fn fingerprint(&self, subject: &Subject<'_>, path: &[&str]) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Kept => find(subject.earlier?, path)?.as_str().map(str::to_owned),
            Self::Fresh(secret) => Some(subject.vault.fingerprint(subject.id, secret.expose())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_touches(patch: Value, expected: bool) {
        let Value::Object(patch) = patch else { panic!("a patch is an object") };
        assert_eq!(touches(&patch, &["slack", "webhook_url"]), expected, "{patch:?}");
    }

    #[test]
    fn a_patch_touches_what_it_names_or_replaces() {
        check_touches(json!({"name": "x"}), false);
        check_touches(json!({"slack": {"channel": "x"}}), false);
        check_touches(json!({"slack": {"webhook_url": null}}), true);
        check_touches(json!({"slack": null}), true);
    }
}
