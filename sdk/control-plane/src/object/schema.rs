//! The schemas of objects as they are answered: what the kind says, and what all of them have.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::object::Object;

/// A `T` with the fields of every object, as a type that has a schema.
pub(crate) struct Shown<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Shown<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("shown {}", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let common = [
            (
                "id",
                json!({"type": "string", "format": "uuid", "description": "Identifier that the server gave."}),
            ),
            (
                "labels",
                json!({
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "Labels, for finding the object by.",
                }),
            ),
            ("created_at", time("When the object was created.")),
            ("updated_at", time("When the object was last changed.")),
        ];
        let fields = schema.ensure_object();
        for (name, property) in common {
            fields["required"].as_array_mut().into_iter().for_each(|names| names.push(json!(name)));
            fields["properties"][name] = property;
        }
        schema
    }
}

/// A `T` that was just created: with what is shown once.
pub(crate) struct Created<T>(PhantomData<T>);

impl<T: Object> JsonSchema for Created<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Created{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("created {}", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Shown::<T>::json_schema(generator);
        for (name, about) in T::SHOWN_ONCE {
            schema.ensure_object()["properties"][*name] =
                json!({"type": "string", "format": "password", "description": about});
        }
        schema
    }
}

/// The schema of an object that was just created.
pub(crate) fn created<T: Object>(generator: &mut SchemaGenerator) -> Schema {
    if T::SHOWN_ONCE.is_empty() {
        generator.subschema_for::<Shown<T>>()
    } else {
        generator.subschema_for::<Created<T>>()
    }
}

fn time(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

/// The schema of a page of objects.
pub(crate) fn page<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let object = generator.subschema_for::<Shown<T>>();
    json_schema!({
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": object, "description": "The objects, oldest first."},
            "next_cursor": {
                "type": ["string", "null"],
                "description": "Where the next page begins; null if this is the last one.",
            },
        },
        "required": ["data", "next_cursor"],
    })
}
