//! Reading a request body field by field, so that every error is found and none is found twice.
//!
//! Each method takes its field out, reports what is wrong with it, and answers with something usable either way.
//! Whoever reads asks [`Errors::into_result`] at the end; until then nothing read is to be believed.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::{
    document::{Document, choice::Choice, slug},
    http::problem::{FieldError, Problem},
    object::id::Id,
};

/// Everything found wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<FieldError>);

impl Errors {
    pub(crate) fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
    }

    pub(crate) fn into_result(mut self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        Err(Problem::validation(self.0))
    }
}

/// One JSON object being read.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    map: Document,
    pointer: String,
    errors: &'a mut Errors,
}

impl<'a> Fields<'a> {
    /// Reads `map` with `read`; whatever `read` leaves behind is an unknown field.
    pub(crate) fn read<T>(
        map: Document,
        pointer: impl Into<String>,
        errors: &'a mut Errors,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let mut fields = Fields { map, pointer: pointer.into(), errors };
        let value = read(&mut fields);
        for name in fields.map.keys() {
            let pointer = join(&fields.pointer, &[name]);
            fields.errors.add(pointer, "unknown_field", format!("There is no field {name:?} here."));
        }
        value
    }

    /// Reports an error of a field of this object.
    pub(crate) fn error(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.error_at(&[name], code, detail);
    }

    /// Reports an error further down, or of this object itself if `path` is empty.
    pub(crate) fn error_at(&mut self, path: &[&str], code: &'static str, detail: impl Into<String>) {
        let pointer = join(&self.pointer, path);
        self.errors.add(pointer, code, detail);
    }

    /// Takes a field out; null counts as absent.
    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// A text of 1 to `longest` characters.
    pub(crate) fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => {
                let count = text.chars().count();
                if count == 0 || count > longest {
                    self.error(name, "length", format!("{name:?} has to be 1 to {longest} characters long."));
                }
                Some(text)
            }
            _ => {
                self.wrong_type(name, "a string");
                None
            }
        }
    }

    pub(crate) fn required_text(&mut self, name: &str, longest: usize) -> String {
        let present = self.is_present(name);
        let text = self.text(name, longest);
        if !present {
            self.missing(name);
        }
        text.unwrap_or_default()
    }

    pub(crate) fn text_or(&mut self, name: &str, longest: usize, default: &str) -> String {
        self.text(name, longest).unwrap_or_else(|| default.to_owned())
    }

    pub(crate) fn flag_or(&mut self, name: &str, default: bool) -> bool {
        match self.value(name) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong_type(name, "true or false");
                default
            }
        }
    }

    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.value(name)?;
        let Some(number) = value.as_i64() else {
            self.wrong_type(name, "a whole number");
            return None;
        };
        if !range.contains(&number) {
            let (least, most) = range.into_inner();
            self.error(name, "range", format!("{name:?} has to be from {least} to {most}."));
        }
        Some(number)
    }

    pub(crate) fn integer_or(&mut self, name: &str, range: RangeInclusive<i64>, default: i64) -> i64 {
        self.integer(name, range).unwrap_or(default)
    }

    pub(crate) fn choice<T: Choice>(&mut self, name: &str) -> Option<T> {
        match self.value(name)? {
            Value::String(text) => {
                let found = find_word(&text);
                if found.is_none() {
                    self.error(name, "choice", no_such_word::<T>(&text));
                }
                found
            }
            _ => {
                self.wrong_type(name, "a string");
                None
            }
        }
    }

    pub(crate) fn choice_or<T: Choice>(&mut self, name: &str, default: T) -> T {
        self.choice(name).unwrap_or(default)
    }

    /// A required choice; stands in the first one when it is missing or wrong.
    pub(crate) fn required_choice<T: Choice>(&mut self, name: &str) -> T {
        let present = self.is_present(name);
        let choice = self.choice(name);
        if !present {
            self.missing(name);
        }
        choice.unwrap_or(T::ALL[0].1)
    }

    /// A list of choices, each at most once; `None` when absent.
    pub(crate) fn choices<T: Choice>(&mut self, name: &str) -> Option<Vec<T>> {
        let texts = self.texts_where(name, 255, |text| match find_word::<T>(text) {
            Some(_) => None,
            None => Some(("choice", no_such_word::<T>(text))),
        })?;
        Some(texts.iter().filter_map(|text| find_word(text)).collect())
    }

    /// A list of texts, each at most once; `None` when absent.
    pub(crate) fn texts(&mut self, name: &str, longest: usize) -> Option<Vec<String>> {
        self.texts_where(name, longest, |_| None)
    }

    /// A list of texts of which each passes a check of its own, which answers with a code and a detail.
    pub(crate) fn texts_where(
        &mut self,
        name: &str,
        longest: usize,
        check: impl Fn(&str) -> Option<(&'static str, String)>,
    ) -> Option<Vec<String>> {
        let mut texts: Vec<String> = Vec::new();
        for (index, item) in self.items(name)?.into_iter().enumerate() {
            let refused = match &item {
                Value::String(text) if text.is_empty() || text.chars().count() > longest => {
                    Some(("length", format!("Each item has to be 1 to {longest} characters long.")))
                }
                Value::String(text) if texts.contains(text) => {
                    Some(("duplicate", format!("{text:?} is listed twice.")))
                }
                Value::String(text) => check(text),
                _ => Some(("type", "Each item has to be a string.".to_owned())),
            };
            match (refused, item) {
                (Some((code, detail)), _) => self.error_at(&[name, &index.to_string()], code, detail),
                (None, Value::String(text)) => texts.push(text),
                (None, _) => {}
            }
        }
        Some(texts)
    }

    /// A list of whole numbers; `None` when absent.
    pub(crate) fn integers(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<Vec<i64>> {
        let mut numbers = Vec::new();
        for (index, item) in self.items(name)?.into_iter().enumerate() {
            match item.as_i64() {
                Some(number) if range.contains(&number) => numbers.push(number),
                Some(_) | None => {
                    let (least, most) = (range.start(), range.end());
                    let detail = format!("Each item has to be a whole number from {least} to {most}.");
                    self.error_at(&[name, &index.to_string()], "range", detail);
                }
            }
        }
        Some(numbers)
    }

    /// A map from texts to texts; `None` when absent.
    pub(crate) fn text_map(&mut self, name: &str) -> Option<Document> {
        let map = self.object_value(name)?;
        for (key, value) in &map {
            if !value.is_string() {
                self.error_at(&[name, key], "type", format!("The value of {key:?} has to be a string."));
            }
        }
        Some(map)
    }

    pub(crate) fn id<K>(&mut self, name: &str) -> Option<Id<K>> {
        let text = self.text(name, 255)?;
        let id = Id::parse(&text);
        if id.is_none() {
            self.error(name, "format", format!("{name:?} has to be a UUID."));
        }
        id
    }

    /// A required id; stands in the nil id when it is missing or wrong.
    pub(crate) fn required_id<K>(&mut self, name: &str) -> Id<K> {
        if !self.is_present(name) {
            self.missing(name);
        }
        self.id(name).unwrap_or_else(Id::nil)
    }

    /// A slug; by default that of `name_source`.
    pub(crate) fn slug_of(&mut self, name_source: &str, longest: usize) -> String {
        match self.text("slug", longest) {
            Some(text) => {
                if !text.is_empty() && !slug::is_slug(&text) {
                    let rule = "Use lower-case letters, digits and hyphens, at least two characters, with a letter or \
                                digit at both ends.";
                    self.error("slug", "format", rule);
                }
                text
            }
            None => {
                let slug = slug::slugify(name_source);
                // A name that is missing or too long has an error of its own.
                if !name_source.is_empty() && (!slug::is_slug(&slug) || slug.len() > longest) {
                    self.error("slug", "required", "No slug can be made from this name. Choose one.");
                }
                slug
            }
        }
    }

    /// A nested object; `None` when absent.
    pub(crate) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        let map = self.object_value(name)?;
        Some(self.read_at(name, map, read))
    }

    /// A nested object whose fields all have defaults.
    pub(crate) fn object_or_default<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let map = self.object_value(name).unwrap_or_default();
        self.read_at(name, map, read)
    }

    /// A list of nested objects; empty when absent.
    pub(crate) fn objects<T>(&mut self, name: &str, mut read: impl FnMut(&mut Fields<'_>) -> T) -> Vec<T> {
        let mut objects = Vec::new();
        for (index, item) in self.items(name).unwrap_or_default().into_iter().enumerate() {
            let place = [name, &index.to_string()];
            match item {
                Value::Object(map) => {
                    let pointer = join(&self.pointer, &place);
                    objects.push(Fields::read(map, pointer, self.errors, &mut read));
                }
                _ => self.error_at(&place, "type", "Each item has to be an object."),
            }
        }
        objects
    }

    /// Reads `map` as if it were the nested object of that name.
    pub(crate) fn read_at<T>(
        &mut self,
        name: &str,
        map: Document,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        Fields::read(map, join(&self.pointer, &[name]), self.errors, read)
    }

    pub(crate) fn is_empty_list(&self, name: &str) -> bool {
        self.map.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty)
    }

    pub(crate) fn is_present(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn missing(&mut self, name: &str) {
        self.error(name, "required", format!("{name:?} is required."));
    }

    fn items(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.value(name)? {
            Value::Array(items) => Some(items),
            _ => {
                self.wrong_type(name, "a list");
                None
            }
        }
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

    fn wrong_type(&mut self, name: &str, wanted: &str) {
        self.error(name, "type", format!("{name:?} has to be {wanted}."));
    }
}

/// Extends a JSON pointer by keys, which are escaped.
fn join(pointer: &str, path: &[&str]) -> String {
    path.iter().fold(pointer.to_owned(), |pointer, key| {
        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
    })
}

fn find_word<T: Choice>(text: &str) -> Option<T> {
    T::ALL.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice)
}

fn no_such_word<T: Choice>(text: &str) -> String {
    let words: Vec<&str> = T::ALL.iter().map(|(word, _)| *word).collect();
    format!("{text:?} is not one of: {}.", words.join(", "))
}
