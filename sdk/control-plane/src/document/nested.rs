//! Reading objects within objects, and what depends on a word.

use serde_json::{Value, json};

use crate::document::{
    Document, Fields,
    choice::{Choice, word_of},
    fields::join,
    outline::{Absence, Asked, Variation},
};

impl Fields<'_> {
    /// A nested object; `None` when absent.
    pub(crate) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        if self.outline.is_some() {
            return Some(self.outline_of(name, Absence::None, read));
        }
        let map = self.object_value(name)?;
        Some(self.read_at(name, map, read))
    }

    /// A nested object whose fields all have defaults.
    pub(crate) fn object_or_default<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        if self.outline.is_some() {
            return self.outline_of(name, Absence::Empty, read);
        }
        let map = self.object_value(name).unwrap_or_default();
        self.read_at(name, map, read)
    }

    /// A required object that is checked by `check` and kept as it was sent; null when it is missing or wrong.
    pub(crate) fn required_document(&mut self, name: &str, check: impl FnOnce(&mut Fields<'_>)) -> Value {
        self.require(name);
        if self.outline.is_some() {
            self.outline_of(name, Absence::None, check);
            return Value::Null;
        }
        match self.object_value(name) {
            None => Value::Null,
            Some(map) => {
                self.read_at(name, map.clone(), check);
                Value::Object(map)
            }
        }
    }

    /// A map from texts to texts; `None` when absent.
    pub(crate) fn text_map(&mut self, name: &str) -> Option<Document> {
        let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
        self.note(name, || Asked::Plain(schema));
        self.text_map_value(name)
    }

    /// A map whose keys are 1 to `longest` characters long, and whose values are no longer; `None` when absent.
    pub(crate) fn short_text_map(&mut self, name: &str, longest: usize) -> Option<Document> {
        self.note(name, || {
            Asked::Plain(json!({
                "type": "object",
                "propertyNames": {"minLength": 1, "maxLength": longest},
                "additionalProperties": {"type": "string", "maxLength": longest},
            }))
        });
        let map = self.text_map_value(name)?;
        for (key, value) in &map {
            let is_long = |text: &str| text.chars().count() > longest;
            if key.is_empty() || is_long(key) || value.as_str().is_some_and(is_long) {
                let detail =
                    format!("Keys are 1 to {longest} characters long, and values at most {longest}.");
                self.error_at(&[name, key], "length", detail);
            }
        }
        Some(map)
    }

    fn text_map_value(&mut self, name: &str) -> Option<Document> {
        let map = self.object_value(name)?;
        for (key, value) in &map {
            if !value.is_string() {
                self.error_at(&[name, key], "type", format!("The value of {key:?} has to be a string."));
            }
        }
        Some(map)
    }

    /// A required choice, and what is read of this object for it; `None` when the choice is missing or wrong.
    ///
    /// Describing runs `read` once for every word.
    pub(crate) fn required_variant<C: Choice, T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Fields<'_>, C) -> T,
    ) -> Option<(C, T)> {
        self.require(name);
        let choice = self.choice(name);
        if self.outline.is_some() {
            return Some(self.branches(name, None, read));
        }
        choice.map(|choice| (choice, read(self, choice)))
    }

    /// A choice that has a default, and what is read of this object for it.
    ///
    /// Describing runs `read` once for every word.
    pub(crate) fn variant_or<C: Choice, T>(
        &mut self,
        name: &str,
        default: C,
        mut read: impl FnMut(&mut Fields<'_>, C) -> T,
    ) -> (C, T) {
        let choice = self.choice_or(name, default);
        if self.outline.is_some() {
            return self.branches(name, Some(word_of(default)), read);
        }
        (choice, read(self, choice))
    }

    fn branches<C: Choice, T>(
        &mut self,
        name: &str,
        default: Option<&'static str>,
        mut read: impl FnMut(&mut Fields<'_>, C) -> T,
    ) -> (C, T) {
        let described = C::ALL.iter().map(|(word, choice)| {
            let (outline, value) = Fields::describe(|fields| read(fields, *choice));
            ((*word, outline), (*choice, value))
        });
        let (branches, mut values): (Vec<_>, Vec<_>) = described.unzip();
        if let Some(outline) = &mut self.outline {
            outline.vary(Variation { field: name.to_owned(), default, branches });
        }
        values.pop().expect("a choice has at least one word")
    }

    /// Notes what `read` asks of a nested object.
    fn outline_of<T>(&mut self, name: &str, absence: Absence, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let (outline, value) = Fields::describe(read);
        self.note(name, || Asked::Object(outline, absence));
        value
    }

    fn read_at<T>(&mut self, name: &str, map: Document, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        Fields::read(map, join(&self.pointer, &[name]), self.errors, read)
    }

    fn object_value(&mut self, name: &str) -> Option<Document> {
        match self.value(name)? {
            Value::Object(map) => Some(map),
            _ => {
                self.wrong_type(name, "an object");
                None
            }
        }
    }
}
