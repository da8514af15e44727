//! Outlines: what a reader asks for, noted field by field, and the JSON schema that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::{Document, Fields};

/// The fields of an object that is asked for.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    fields: BTreeMap<String, Field>,
    /// Sets of fields of which exactly one has to be there.
    groups: Vec<Vec<&'static str>>,
    variation: Option<Variation>,
}

#[derive(Debug, Default)]
struct Field {
    asked: Option<Asked>,
    is_required: bool,
    about: Option<&'static str>,
}

/// What a field is asked to be.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Something without fields of its own, by its schema.
    Plain(Value),
    Object(Outline, Absence),
    /// A list of objects, and the keywords of the list.
    List(Outline, Document),
}

/// What it means that a nested object is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// There is none.
    None,
    /// It is read as if it were empty.
    Empty,
}

/// What else is asked for, by the word in one field.
#[derive(Debug)]
pub(crate) struct Variation {
    pub(crate) field: String,
    /// The word that stands in when there is none.
    pub(crate) default: Option<&'static str>,
    pub(crate) branches: Vec<(&'static str, Outline)>,
}

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is all there is: what is required has to be there.
    Whole,
    /// It is merged into what is there already: nothing has to be there, and null takes away.
    Patch,
}

impl Outline {
    /// What `read` asks for.
    pub(crate) fn of(read: impl FnOnce(&mut Fields<'_>)) -> Self {
        Fields::describe(read).0
    }

    pub(crate) fn note(&mut self, name: &str, asked: Asked) {
        self.fields.entry(name.to_owned()).or_default().asked = Some(asked);
    }

    pub(crate) fn require(&mut self, name: &str) {
        self.fields.entry(name.to_owned()).or_default().is_required = true;
    }

    pub(crate) fn explain(&mut self, name: &str, about: &'static str) {
        self.fields.entry(name.to_owned()).or_default().about = Some(about);
    }

    pub(crate) fn group(&mut self, names: &[&'static str]) {
        self.groups.push(names.to_vec());
    }

    pub(crate) fn vary(&mut self, variation: Variation) {
        self.variation = Some(variation);
    }

    /// The schema of the object. Fields that are not asked for are not taken.
    pub(crate) fn schema(&self, purpose: Purpose) -> Document {
        let mut parts = self.parts(purpose);
        let mut conditions: Vec<Document> = match purpose {
            Purpose::Whole => self.groups.iter().map(|group| self.exactly_one(group)).collect(),
            Purpose::Patch => Vec::new(),
        };
        if let Some(variation) = &self.variation {
            let (shared, branches) = variation.schemas(purpose);
            for (name, schema) in shared {
                parts.properties.entry(name).or_insert(schema);
            }
            let keyword = match purpose {
                Purpose::Whole => "oneOf",
                // A patch may leave the word out, and then fit several.
                Purpose::Patch => "anyOf",
            };
            conditions.push(object([(keyword, json!(branches))]));
        }
        let mut schema = object([("type", json!("object")), ("additionalProperties", json!(false))]);
        parts.write(&mut schema);
        match conditions.len() {
            0 => {}
            1 => schema.extend(conditions.remove(0)),
            _ => {
                schema.insert("allOf".to_owned(), json!(conditions));
            }
        }
        schema
    }

    fn parts(&self, purpose: Purpose) -> Parts {
        let mut parts = Parts::default();
        for (name, field) in &self.fields {
            parts.properties.insert(name.clone(), field.schema(purpose));
            if purpose == Purpose::Whole && field.has_to_be_there() {
                parts.required.insert(name.clone());
            }
        }
        parts
    }

    fn exactly_one(&self, group: &[&'static str]) -> Document {
        let alternative = |name: &&'static str| {
            let schema = self.fields.get(*name).map_or(json!(true), |field| {
                let schema =
                    field.asked.as_ref().map_or_else(|| json!({}), |asked| asked.schema(Purpose::Whole));
                field.explained(schema)
            });
            json!({"required": [name], "properties": {(*name): schema}})
        };
        object([("oneOf", group.iter().map(alternative).collect())])
    }

    /// Whether nothing at all would not do.
    fn is_demanding(&self) -> bool {
        let by_default = |variation: &Variation| {
            let mut branches = variation.branches.iter();
            branches.any(|(word, outline)| Some(*word) == variation.default && outline.is_demanding())
        };
        !self.groups.is_empty()
            || self.fields.values().any(Field::has_to_be_there)
            || self.variation.as_ref().is_some_and(by_default)
    }
}

impl Field {
    fn has_to_be_there(&self) -> bool {
        let is_demanding = match &self.asked {
            Some(Asked::Object(outline, Absence::Empty)) => outline.is_demanding(),
            Some(Asked::Object(_, Absence::None) | Asked::Plain(_) | Asked::List(..)) | None => false,
        };
        self.is_required || is_demanding
    }

    fn schema(&self, purpose: Purpose) -> Value {
        let mut schema = self.asked.as_ref().map_or_else(|| json!({}), |asked| asked.schema(purpose));
        if !self.has_to_be_there() {
            schema = nullable(schema);
        }
        self.explained(schema)
    }

    fn explained(&self, mut schema: Value) -> Value {
        if let Some(about) = self.about {
            schema["description"] = json!(about);
        }
        schema
    }
}

impl Asked {
    fn schema(&self, purpose: Purpose) -> Value {
        match self {
            Self::Plain(schema) => match (purpose, schema.get("additionalProperties")) {
                // Null takes a key out of a map.
                (Purpose::Patch, Some(values)) => {
                    let mut schema = schema.clone();
                    schema["additionalProperties"] = nullable(values.clone());
                    schema
                }
                (Purpose::Whole | Purpose::Patch, _) => schema.clone(),
            },
            Self::Object(outline, _) => Value::Object(outline.schema(purpose)),
            // A list is never merged, so its items are whole.
            Self::List(outline, keywords) => {
                let mut schema = object([("type", json!("array"))]);
                schema.insert("items".to_owned(), Value::Object(outline.schema(Purpose::Whole)));
                schema.extend(keywords.clone());
                Value::Object(schema)
            }
        }
    }
}

impl Variation {
    /// What is the same whatever the word, and what is asked for with each.
    fn schemas(&self, purpose: Purpose) -> (BTreeMap<String, Value>, Vec<Document>) {
        let mut branches: Vec<(&str, Parts)> =
            self.branches.iter().map(|(word, outline)| (*word, outline.parts(purpose))).collect();
        let names: BTreeSet<String> =
            branches.iter().flat_map(|(_, parts)| parts.properties.keys().cloned()).collect();
        let mut shared = BTreeMap::new();
        for name in names {
            let first = branches.first().and_then(|(_, parts)| parts.properties.get(&name)).cloned();
            if branches.iter().all(|(_, parts)| parts.properties.get(&name) == first.as_ref()) {
                for (_, parts) in &mut branches {
                    parts.properties.remove(&name);
                }
                shared.extend(first.map(|schema| (name, schema)));
            } else {
                let mut schemas = branches.iter().filter_map(|(_, parts)| parts.properties.get(&name));
                let about = schemas.find_map(|schema| schema.get("description").cloned());
                for (_, parts) in &mut branches {
                    parts.properties.entry(name.clone()).or_insert(json!(false));
                }
                shared.insert(name, about.map_or(json!({}), |about| json!({"description": about})));
            }
        }
        let branches = branches.into_iter().map(|(word, mut parts)| {
            parts.properties.insert(self.field.clone(), json!({"const": word}));
            if purpose == Purpose::Whole && self.default != Some(word) {
                parts.required.insert(self.field.clone());
            }
            let mut branch = object([("title", json!(word))]);
            parts.write(&mut branch);
            branch
        });
        (shared, branches.collect())
    }
}

/// The keywords that say which fields there are.
#[derive(Debug, Default)]
struct Parts {
    properties: BTreeMap<String, Value>,
    required: BTreeSet<String>,
}

impl Parts {
    fn write(self, schema: &mut Document) {
        schema.insert("properties".to_owned(), json!(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
    }
}

/// The schema that takes null as well.
fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get_mut("type").filter(|kind| kind.is_string()) {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Document {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::choice::choice;

    choice! {
        /// Two words.
        Kind { Plain = "plain", Listed = "listed" }
    }

    fn read(fields: &mut Fields<'_>) {
        fields.required_variant("kind", |fields, kind| match kind {
            Kind::Plain => fields.no_items("items", "Only what is listed has items."),
            Kind::Listed => {
                fields.required_objects("items", 1..=2, |item| {
                    item.require_one_of(&["a", "b"]);
                    (item.flag("a"), item.integer("b", 0..=9))
                });
            }
        });
        fields.object("inner", |inner| inner.required_text("name", 5));
        fields.short_text_map("labels", 9);
    }

    fn check_schema(purpose: Purpose, taken: &[Value], refused: &[Value]) {
        let schema = Value::Object(Outline::of(read).schema(purpose));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for body in taken {
            assert!(validator.is_valid(body), "{body} is not taken by {schema:#}");
        }
        for body in refused {
            assert!(!validator.is_valid(body), "{body} is taken by {schema:#}");
        }
    }

    #[test]
    fn a_schema_takes_what_its_reader_takes() {
        let taken = [
            json!({"kind": "plain"}),
            json!({"kind": "plain", "items": [], "inner": null, "labels": {"a": "b"}}),
            json!({"kind": "listed", "items": [{"a": true}, {"a": null, "b": 5}], "inner": {"name": "n"}}),
        ];
        let refused = [
            json!({}),
            json!({"kind": null}),
            json!({"kind": "other"}),
            json!({"kind": "plain", "items": [{"a": true}]}),
            json!({"kind": "plain", "inner": {}}),
            json!({"kind": "plain", "inner": {"name": "longer"}}),
            json!({"kind": "plain", "labels": {"": "b"}}),
            json!({"kind": "plain", "more": null}),
            json!({"kind": "listed"}),
            json!({"kind": "listed", "items": []}),
            json!({"kind": "listed", "items": [{"a": true, "b": 5}]}),
            json!({"kind": "listed", "items": [{"b": 10}]}),
        ];
        check_schema(Purpose::Whole, &taken, &refused);
        let reads = |body: &Value| {
            let mut errors = crate::document::fields::Errors::default();
            Fields::read(body.as_object().unwrap().clone(), "", &mut errors, read);
            errors.into_result().is_ok()
        };
        assert!(taken.iter().all(reads) && !refused.iter().any(reads));
    }

    #[test]
    fn the_schema_of_a_patch_needs_nothing_and_takes_away() {
        let taken = [
            json!({}),
            json!({"items": [{"b": 1}]}),
            json!({"inner": {}, "labels": {"a": null}}),
            json!({"inner": null, "labels": null}),
        ];
        let refused = [
            json!({"kind": null}),
            json!({"kind": "plain", "items": [{"b": 1}]}),
            json!({"items": [{}]}),
            json!({"inner": {"name": null}}),
            json!({"more": 1}),
        ];
        check_schema(Purpose::Patch, &taken, &refused);
    }
}
