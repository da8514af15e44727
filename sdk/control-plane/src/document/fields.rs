//! Reading a request body field by field, so that every error is found and none is found twice.
//!
//! Each method takes its field out, reports what is wrong with it, and answers with something usable either way.
//! Whoever reads asks [`Errors::into_result`] at the end; until then nothing read is to be believed.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::{
    document::{
        Document, Outline,
        choice::{Choice, word_of, words},
        form::Form,
        outline::Asked,
        slug::{SLUG, slugify},
    },
    http::problem::{FieldError, Problem},
    object::id::Id,
    settings::Secret,
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

/// One JSON object being read, or being described: then it is empty, and what is asked of it is noted.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    pub(super) map: Document,
    pub(super) pointer: String,
    pub(super) errors: &'a mut Errors,
    pub(super) outline: Option<Outline>,
}

impl<'a> Fields<'a> {
    /// Reads `map` with `read`; whatever `read` leaves behind is an unknown field.
    pub(crate) fn read<T>(
        map: Document,
        pointer: impl Into<String>,
        errors: &'a mut Errors,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let pointer = pointer.into();
        if pointer.is_empty() {
            refuse_nul(&map, errors);
        }
        let mut fields = Fields { map, pointer, errors, outline: None };
        let value = read(&mut fields);
        for name in fields.map.keys() {
            let pointer = join(&fields.pointer, &[name]);
            fields.errors.add(pointer, "unknown_field", format!("There is no field {name:?} here."));
        }
        value
    }

    /// Notes what `read` asks for. What it makes of nothing comes along and is of no use but to have its type.
    pub(crate) fn describe<T>(read: impl FnOnce(&mut Fields<'_>) -> T) -> (Outline, T) {
        // Everything is missing, which is no error of anyone.
        let mut errors = Errors::default();
        let (map, pointer, outline) = (Document::new(), String::new(), Some(Outline::default()));
        let mut fields = Fields { map, pointer, errors: &mut errors, outline };
        let value = read(&mut fields);
        (fields.outline.unwrap_or_default(), value)
    }

    /// Notes what a field is asked to be, if somebody takes notes.
    pub(super) fn note(&mut self, name: &str, asked: impl FnOnce() -> Asked) {
        if let Some(outline) = &mut self.outline {
            outline.note(name, asked());
        }
    }

    /// Says what a field is for, where no field of an answer has its name and says so already.
    pub(crate) fn explain(&mut self, name: &str, about: &'static str) {
        if let Some(outline) = &mut self.outline {
            outline.explain(name, about);
        }
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

    /// A secret of 1 to `longest` characters. It is in no error and in no debug output, and the document says what it is.
    pub(crate) fn secret(&mut self, name: &str, longest: usize) -> Option<Secret> {
        self.note(name, || {
            let mut schema = text_schema(longest);
            schema.insert("format".to_owned(), json!("password"));
            schema.insert("writeOnly".to_owned(), json!(true));
            Asked::Plain(Value::Object(schema))
        });
        self.text_value(name, longest).map(Secret::new)
    }

    /// A required secret; empty when it is missing or wrong.
    pub(crate) fn required_secret(&mut self, name: &str, longest: usize) -> Secret {
        self.require(name);
        self.secret(name, longest).unwrap_or_else(|| Secret::new(""))
    }

    /// A text of 1 to `longest` characters.
    pub(crate) fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        self.note(name, || Asked::Plain(Value::Object(text_schema(longest))));
        self.text_value(name, longest)
    }

    pub(crate) fn required_text(&mut self, name: &str, longest: usize) -> String {
        self.require(name);
        self.text(name, longest).unwrap_or_default()
    }

    /// A text of up to `longest` characters, which may be empty but has to be there.
    pub(crate) fn required_content(&mut self, name: &str, longest: usize) -> String {
        self.require(name);
        self.note(name, || Asked::Plain(json!({"type": "string", "maxLength": longest})));
        match self.value(name) {
            None => String::new(),
            Some(Value::String(text)) => {
                if text.chars().count() > longest {
                    self.error(
                        name,
                        "length",
                        format!("{name:?} has to be at most {longest} characters long."),
                    );
                }
                text
            }
            Some(_) => {
                self.wrong_type(name, "a string");
                String::new()
            }
        }
    }

    pub(crate) fn text_or(&mut self, name: &str, longest: usize, default: &str) -> String {
        self.note(name, || with_default(Value::Object(text_schema(longest)), json!(default)));
        self.text_value(name, longest).unwrap_or_else(|| default.to_owned())
    }

    /// A text that has a form.
    pub(crate) fn text_in(&mut self, name: &str, longest: usize, form: &Form) -> Option<String> {
        self.note(name, || Asked::Plain(form.describe(text_schema(longest))));
        let text = self.text_value(name, longest)?;
        if !text.is_empty()
            && let Some(problem) = form.problem(&text)
        {
            self.error(name, "format", problem);
        }
        Some(text)
    }

    pub(crate) fn required_text_in(&mut self, name: &str, longest: usize, form: &Form) -> String {
        self.require(name);
        self.text_in(name, longest, form).unwrap_or_default()
    }

    /// A text that has a form, or the default.
    pub(crate) fn text_in_or(&mut self, name: &str, longest: usize, form: &Form, default: &str) -> String {
        let text = self.text_in(name, longest, form);
        self.note(name, || with_default(form.describe(text_schema(longest)), json!(default)));
        text.unwrap_or_else(|| default.to_owned())
    }

    fn text_value(&mut self, name: &str, longest: usize) -> Option<String> {
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

    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        self.note(name, || Asked::Plain(json!({"type": "boolean"})));
        self.flag_value(name)
    }

    pub(crate) fn flag_or(&mut self, name: &str, default: bool) -> bool {
        self.note(name, || with_default(json!({"type": "boolean"}), json!(default)));
        self.flag_value(name).unwrap_or(default)
    }

    fn flag_value(&mut self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(flag),
            _ => {
                self.wrong_type(name, "true or false");
                None
            }
        }
    }

    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.note(name, || Asked::Plain(integer_schema(&range)));
        self.integer_value(name, range)
    }

    pub(crate) fn integer_or(&mut self, name: &str, range: RangeInclusive<i64>, default: i64) -> i64 {
        self.note(name, || with_default(integer_schema(&range), json!(default)));
        self.integer_value(name, range).unwrap_or(default)
    }

    fn integer_value(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.value(name)?;
        let Some(number) = whole_number(&value) else {
            self.wrong_type(name, "a whole number");
            return None;
        };
        if !range.contains(&number) {
            let (least, most) = range.into_inner();
            self.error(name, "range", format!("{name:?} has to be from {least} to {most}."));
        }
        Some(number)
    }

    /// A required number; the least there is when it is missing or wrong.
    pub(crate) fn required_number(&mut self, name: &str, range: RangeInclusive<f64>) -> f64 {
        self.require(name);
        let (least, most) = range.clone().into_inner();
        self.note(name, || Asked::Plain(json!({"type": "number", "minimum": least, "maximum": most})));
        match self.value(name).map(|value| value.as_f64()) {
            Some(Some(number)) if range.contains(&number) => return number,
            Some(Some(_)) => self.error(name, "range", format!("{name:?} has to be from {least} to {most}.")),
            Some(None) => self.wrong_type(name, "a number"),
            None => {}
        }
        least
    }

    pub(crate) fn choice<T: Choice>(&mut self, name: &str) -> Option<T> {
        self.note(name, || Asked::Plain(words_schema(&words::<T>())));
        self.choice_value(name)
    }

    pub(crate) fn choice_or<T: Choice>(&mut self, name: &str, default: T) -> T {
        self.note(name, || with_default(words_schema(&words::<T>()), json!(word_of(default))));
        self.choice_value(name).unwrap_or(default)
    }

    /// A required choice; stands in the first one when it is missing or wrong.
    pub(crate) fn required_choice<T: Choice>(&mut self, name: &str) -> T {
        self.require(name);
        self.choice(name).unwrap_or(T::ALL[0].1)
    }

    fn choice_value<T: Choice>(&mut self, name: &str) -> Option<T> {
        let text = self.word_value(name, &words::<T>())?;
        find_word(&text)
    }

    /// One of some words that are not known to the compiler; empty when it is missing or wrong.
    pub(crate) fn required_word(&mut self, name: &str, words: &[&str]) -> String {
        self.require(name);
        self.note(name, || Asked::Plain(words_schema(words)));
        self.word_value(name, words).unwrap_or_default()
    }

    fn word_value(&mut self, name: &str, words: &[&str]) -> Option<String> {
        match self.value(name)? {
            Value::String(text) if words.contains(&text.as_str()) => Some(text),
            Value::String(text) => {
                self.error(name, "choice", no_such_word(&text, words));
                None
            }
            _ => {
                self.wrong_type(name, "a string");
                None
            }
        }
    }

    pub(crate) fn id<K>(&mut self, name: &str) -> Option<Id<K>> {
        self.note(name, || Asked::Plain(json!({"type": "string", "format": "uuid"})));
        let text = self.text_value(name, 255)?;
        let id = Id::parse(&text);
        if id.is_none() {
            self.error(name, "format", format!("{name:?} has to be a UUID."));
        }
        id
    }

    /// A required id; stands in the nil id when it is missing or wrong.
    pub(crate) fn required_id<K>(&mut self, name: &str) -> Id<K> {
        self.require(name);
        self.id(name).unwrap_or_else(Id::nil)
    }

    /// A slug; by default that of `name_source`.
    pub(crate) fn slug_of(&mut self, name_source: &str, longest: usize) -> String {
        self.text_in("slug", longest, &SLUG).unwrap_or_else(|| {
            let slug = slugify(name_source);
            // A name that is missing or too long has an error of its own.
            if !name_source.is_empty() && (!SLUG.admits(&slug) || slug.len() > longest) {
                self.error("slug", "required", "No slug can be made from this name. Choose one.");
            }
            slug
        })
    }

    /// Whether a field is there, before it is taken out; null counts as absent.
    pub(crate) fn is_present(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// Reports a field that is not there. To be asked before the field is taken out.
    pub(crate) fn require(&mut self, name: &str) {
        if let Some(outline) = &mut self.outline {
            outline.require(name);
        }
        if !self.is_present(name) {
            self.error(name, "required", format!("{name:?} is required."));
        }
    }

    /// Asks for exactly one of some fields, before they are taken out.
    pub(crate) fn require_one_of(&mut self, names: &[&'static str]) {
        if let Some(outline) = &mut self.outline {
            outline.group(names);
        }
        if names.iter().filter(|name| self.is_present(name)).count() != 1 {
            let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            self.error_at(&[], "exactly_one", format!("Give either {}.", names.join(" or ")));
        }
    }

    pub(super) fn wrong_type(&mut self, name: &str, wanted: &str) {
        self.error(name, "type", format!("{name:?} has to be {wanted}."));
    }
}

/// Extends a JSON pointer by keys, which are escaped.
pub(crate) fn join(pointer: &str, path: &[&str]) -> String {
    path.iter().fold(pointer.to_owned(), |pointer, key| {
        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
    })
}

/// Reports every key and text, however deep, that has a NUL in it: databases do not keep them.
fn refuse_nul(map: &Document, errors: &mut Errors) {
    let mut open: Vec<(String, &Value)> = Vec::new();
    let mut refuse =
        |pointer: &str| errors.add(pointer, "nul", "Texts cannot have the character U+0000 in them.");
    fn enter<'a>(pointer: &str, map: &'a Document) -> impl Iterator<Item = (String, &'a Value)> {
        map.iter().map(move |(key, value)| (join(pointer, &[key]), value))
    }
    open.extend(enter("", map));
    while let Some((pointer, value)) = open.pop() {
        if pointer.contains('\0') {
            refuse(&pointer);
            continue;
        }
        match value {
            Value::String(text) if text.contains('\0') => refuse(&pointer),
            Value::Object(map) => open.extend(enter(&pointer, map)),
            Value::Array(items) => {
                let inner = |(index, item)| (join(&pointer, &[&format!("{index}")]), item);
                open.extend(items.iter().enumerate().map(inner));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// A number without a fraction, which may be written with one that is zero: 5.0.
pub(super) fn whole_number(value: &Value) -> Option<i64> {
    // Beyond 2^53 a float stands for several whole numbers.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
        format!("{float:.0}").parse().ok()
    })
}

pub(super) fn find_word<T: Choice>(text: &str) -> Option<T> {
    T::ALL.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice)
}

pub(super) fn no_such_word(text: &str, words: &[&str]) -> String {
    format!("{text:?} is not one of: {}.", words.join(", "))
}

pub(super) fn text_schema(longest: usize) -> Document {
    let keywords = [("type", json!("string")), ("minLength", json!(1)), ("maxLength", json!(longest))];
    keywords.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(super) fn integer_schema(range: &RangeInclusive<i64>) -> Value {
    json!({"type": "integer", "minimum": range.start(), "maximum": range.end()})
}

pub(super) fn words_schema(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

pub(super) fn with_default(mut schema: Value, default: Value) -> Asked {
    schema["default"] = default;
    Asked::Plain(schema)
}
