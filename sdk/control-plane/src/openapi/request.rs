//! What an operation reads from the body of a request.

use std::fmt;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::{
    document::{Fields, Outline, Purpose},
    openapi::SchemaOf,
};

/// A body, by the function that reads it.
pub(crate) struct Request {
    media_types: &'static [&'static str],
    read: fn(&mut Fields<'_>),
    purpose: Purpose,
    /// A type whose fields of the same names say what the fields are for.
    like: Option<SchemaOf>,
}

impl Request {
    /// A JSON object that `read` reads.
    pub(crate) fn json(read: fn(&mut Fields<'_>)) -> Self {
        Self { media_types: &["application/json"], read, purpose: Purpose::Whole, like: None }
    }

    /// A JSON object, or a form of the same fields.
    pub(crate) fn json_or_form(read: fn(&mut Fields<'_>)) -> Self {
        let media_types = &["application/json", "application/x-www-form-urlencoded"];
        Self { media_types, ..Self::json(read) }
    }

    /// A JSON merge patch to what `read` reads.
    pub(crate) fn merge_patch(read: fn(&mut Fields<'_>)) -> Self {
        let media_types = &["application/merge-patch+json", "application/json"];
        Self { media_types, purpose: Purpose::Patch, ..Self::json(read) }
    }

    /// Takes the descriptions of the fields from those of `T`.
    pub(crate) fn like<T: JsonSchema>(self) -> Self {
        Self { like: Some(|generator| generator.subschema_for::<T>()), ..self }
    }

    /// The request body with its schema at `place`.
    pub(super) fn describe(&self, place: &str) -> Value {
        let content: Map<String, Value> = self
            .media_types
            .iter()
            .map(|media_type| ((*media_type).to_owned(), json!({"schema": {"$ref": place}})))
            .collect();
        json!({"required": true, "content": content})
    }

    pub(super) fn schema(&self, generator: &mut SchemaGenerator) -> Value {
        let mut schema = Value::Object(Outline::of(self.read).schema(self.purpose));
        if let Some(like) = self.like {
            let model = like(generator).to_value();
            explain(&mut schema, &model, generator.definitions());
        }
        schema
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// Adds to the properties of `schema` the descriptions of the same properties of `model`.
fn explain(schema: &mut Value, model: &Value, definitions: &Map<String, Value>) {
    let own = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in own.into_iter().flatten() {
        let Some(same) = property_of(model, name, definitions) else { continue };
        explain(property, same, definitions);
        if let Some(items) = property.get_mut("items") {
            explain(items, &resolve(same, definitions)["items"], definitions);
        }
        if let (Value::Object(property), Some(about)) = (property, same.get("description")) {
            property.entry("description").or_insert_with(|| about.clone());
        }
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for branch in schema.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten() {
            explain(branch, model, definitions);
        }
    }
}

/// The property of that name, of `model` or of the first of its alternatives that has it.
fn property_of<'a>(model: &'a Value, name: &str, definitions: &'a Map<String, Value>) -> Option<&'a Value> {
    let model = resolve(model, definitions);
    let mut alternatives = model["anyOf"].as_array().into_iter().flatten();
    model["properties"]
        .get(name)
        .or_else(|| alternatives.find_map(|alternative| property_of(alternative, name, definitions)))
}

fn resolve<'a>(model: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    let name = model["$ref"].as_str().and_then(|place| place.rsplit('/').next());
    name.and_then(|name| definitions.get(name)).unwrap_or(model)
}
