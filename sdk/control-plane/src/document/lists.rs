//! Reading lists.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::document::{
    Document, Fields,
    choice::{Choice, words},
    fields::{find_word, integer_schema, join, no_such_word, text_schema, whole_number, words_schema},
    form::Form,
    outline::Asked,
};

impl Fields<'_> {
    /// A list of choices, each at most once; `None` when absent.
    pub(crate) fn choices<T: Choice>(&mut self, name: &str) -> Option<Vec<T>> {
        let words = words::<T>();
        self.note(name, || set_of(words_schema(&words)));
        let texts = self.texts_where(name, usize::MAX, |text| match find_word::<T>(text) {
            Some(_) => None,
            None => Some(("choice", no_such_word(text, &words))),
        })?;
        Some(texts.iter().filter_map(|text| find_word(text)).collect())
    }

    /// A list of texts, each at most once; `None` when absent.
    pub(crate) fn texts(&mut self, name: &str, longest: usize) -> Option<Vec<String>> {
        self.note(name, || set_of(Value::Object(text_schema(longest))));
        self.texts_where(name, longest, |_| None)
    }

    /// A list of texts that each have a form, each at most once; `None` when absent.
    pub(crate) fn texts_in(&mut self, name: &str, longest: usize, form: &Form) -> Option<Vec<String>> {
        self.note(name, || set_of(form.describe(text_schema(longest))));
        self.texts_where(name, longest, |text| {
            form.problem(text).map(|problem| ("format", format!("{text:?} will not do. {problem}")))
        })
    }

    /// A required list of one text or more, each with a form, each at most once.
    pub(crate) fn required_texts_in(&mut self, name: &str, longest: usize, form: &Form) -> Vec<String> {
        self.require(name);
        let is_empty = self.map.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty);
        if is_empty {
            self.error(name, "length", format!("{name:?} has to have at least one item."));
        }
        let texts = self.texts_in(name, longest, form);
        self.note(name, || {
            let items = form.describe(text_schema(longest));
            Asked::Plain(json!({"type": "array", "items": items, "uniqueItems": true, "minItems": 1}))
        });
        texts.unwrap_or_default()
    }

    /// `check` answers with a code and a detail.
    fn texts_where(
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
        self.note(name, || Asked::Plain(json!({"type": "array", "items": integer_schema(&range)})));
        let mut numbers = Vec::new();
        for (index, item) in self.items(name)?.into_iter().enumerate() {
            match whole_number(&item) {
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

    /// A list that may be there but has to be empty; `reason` says why.
    pub(crate) fn no_items(&mut self, name: &str, reason: &str) {
        self.note(name, || Asked::Plain(json!({"type": "array", "maxItems": 0})));
        if self.items(name).is_some_and(|items| !items.is_empty()) {
            self.error(name, "conflict", reason);
        }
    }

    /// A list of nested objects; empty when absent.
    pub(crate) fn objects<T>(&mut self, name: &str, read: impl FnMut(&mut Fields<'_>) -> T) -> Vec<T> {
        self.objects_as(name, Document::new(), read)
    }

    /// A required list of so many nested objects; `usize::MAX` is no limit.
    pub(crate) fn required_objects<T>(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        self.require(name);
        self.objects_in(name, count, read)
    }

    /// A list of so many nested objects; empty when absent.
    pub(crate) fn objects_in<T>(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        let is_present = self.is_present(name);
        let (least, most) = count.into_inner();
        let mut keywords = Document::from_iter([("minItems".to_owned(), json!(least))]);
        if most < usize::MAX {
            keywords.insert("maxItems".to_owned(), json!(most));
        }
        let sent = self.map.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        let objects = self.objects_as(name, keywords, read);
        if is_present && !(least..=most).contains(&sent) {
            let most = if most < usize::MAX { format!(" and at most {most}") } else { String::new() };
            self.error(name, "length", format!("{name:?} has to have at least {least} items{most}."));
        }
        objects
    }

    fn objects_as<T>(
        &mut self,
        name: &str,
        keywords: Document,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        if self.outline.is_some() {
            let (outline, item) = Fields::describe(read);
            self.note(name, || Asked::List(outline, keywords));
            return vec![item];
        }
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

    fn items(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.value(name)? {
            Value::Array(items) => Some(items),
            _ => {
                self.wrong_type(name, "a list");
                None
            }
        }
    }
}

/// A list in which nothing is twice.
fn set_of(items: Value) -> Asked {
    Asked::Plain(json!({"type": "array", "items": items, "uniqueItems": true}))
}
