//! As much of an OpenAPI document as code is written from.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use yaml_serde::Value;

/// The document.
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) paths: BTreeMap<String, BTreeMap<String, Operation>>,
    pub(crate) components: Components,
}

/// What the operations share.
#[derive(Debug, Deserialize)]
pub(crate) struct Components {
    pub(crate) schemas: BTreeMap<String, Schema>,
}

/// One method of one path.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) operation_id: String,
    pub(crate) tags: Vec<String>,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) request_body: Option<Body>,
    pub(crate) responses: BTreeMap<String, Body>,
    #[serde(default)]
    pub(crate) security: Vec<Value>,
    #[serde(rename = "x-sparki-read-only", default)]
    pub(crate) is_read_only: bool,
}

/// A parameter in a path, a query or a header.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    #[serde(rename = "in")]
    pub(crate) place: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) schema: Schema,
}

/// What is sent or answered. Refusals are references, and hold nothing here.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Body {
    #[serde(default)]
    content: BTreeMap<String, Content>,
}

#[derive(Debug, Deserialize)]
struct Content {
    #[serde(default, deserialize_with = "schema_or_anything")]
    schema: Schema,
}

/// A schema as it may be written: `true` stands for one that says nothing, `false` for one that nothing fits.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Schema(Box<Schema>),
    Anything(bool),
}

impl Written {
    fn schema(self) -> Option<Schema> {
        match self {
            Self::Schema(schema) => Some(*schema),
            Self::Anything(true) => Some(Schema::default()),
            Self::Anything(false) => None,
        }
    }
}

fn schema_or_anything<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Schema, D::Error> {
    let written = Written::deserialize(deserializer)?;
    written.schema().ok_or_else(|| D::Error::custom("nothing fits the schema"))
}

/// Reads properties; those that may not be there are none.
fn properties<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Schema>, D::Error> {
    let written = BTreeMap::<String, Written>::deserialize(deserializer)?;
    Ok(written.into_iter().filter_map(|(name, written)| Some((name, written.schema()?))).collect())
}

impl Body {
    /// The schema of the body as JSON.
    pub(crate) fn json(&self) -> Option<&Schema> {
        self.content.get("application/json").map(|content| &content.schema)
    }

    /// Whether it is also there event by event.
    pub(crate) fn is_streamed(&self) -> bool {
        self.content.contains_key("text/event-stream")
    }
}

/// A JSON schema.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    #[serde(rename = "type", default)]
    types: Types,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) format: Option<String>,
    #[serde(default)]
    pub(crate) write_only: bool,
    #[serde(default, deserialize_with = "properties")]
    pub(crate) properties: BTreeMap<String, Schema>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    pub(crate) items: Option<Box<Schema>>,
    additional_properties: Option<Additional>,
    #[serde(rename = "enum", default)]
    choices: Vec<Value>,
    #[serde(rename = "const")]
    constant: Option<Value>,
    pub(crate) default: Option<Value>,
    pub(crate) minimum: Option<Value>,
    pub(crate) maximum: Option<Value>,
    #[serde(default)]
    pub(crate) one_of: Vec<Schema>,
    #[serde(default)]
    pub(crate) any_of: Vec<Schema>,
    #[serde(default)]
    pub(crate) all_of: Vec<Schema>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Types {
    One(String),
    Several(Vec<String>),
}

impl Default for Types {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Additional {
    Any(bool),
    Each(Box<Schema>),
}

/// What the values of a map are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values<'a> {
    /// Anything.
    Any,
    /// All the same.
    Each(&'a Schema),
}

impl Schema {
    /// Name of the schema that it refers to.
    pub(crate) fn target(&self) -> Option<&str> {
        self.reference.as_deref()?.rsplit('/').next()
    }

    fn types(&self) -> impl Iterator<Item = &str> {
        let types = match &self.types {
            Types::One(one) => std::slice::from_ref(one),
            Types::Several(several) => several,
        };
        types.iter().map(String::as_str)
    }

    /// What it is when it is not null.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.types().find(|kind| *kind != "null")
    }

    /// Whether a text is a secret: it says so, or it has the name of one.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        let is_told = self.write_only || self.format.as_deref() == Some("password");
        let words = ["password", "secret", "token"];
        let has_name = words.iter().any(|word| name == *word || name.ends_with(&format!("_{word}")));
        is_told || (self.format.is_none() && has_name)
    }

    /// Whether it says nothing about values.
    pub(crate) fn is_bare(&self) -> bool {
        let Self { title, description, .. } = self;
        *self == Self { title: title.clone(), description: description.clone(), ..Self::default() }
    }

    /// The same without what it says about itself.
    pub(crate) fn undescribed(&self) -> Self {
        Self { description: None, ..self.clone() }
    }

    /// Whether it is null and nothing else.
    pub(crate) fn is_null(&self) -> bool {
        self.kind().is_none() && self.types().any(|kind| kind == "null")
    }

    /// Whether null will do.
    pub(crate) fn is_nullable(&self) -> bool {
        self.types().any(|kind| kind == "null") || self.any_of.iter().any(Self::is_null)
    }

    /// The alternatives that are not null.
    pub(crate) fn alternatives(&self) -> Vec<&Self> {
        self.any_of.iter().filter(|branch| !branch.is_null()).collect()
    }

    /// The words it may be, each with what it means; empty unless it is a choice of words.
    pub(crate) fn words(&self) -> Vec<(String, Option<String>)> {
        if self.one_of.is_empty() {
            return self.choices.iter().filter_map(|word| Some((word.as_str()?.to_owned(), None))).collect();
        }
        // Words that mean something are constants of their own, the others stand together.
        let branches = self.one_of.iter().map(|branch| match branch.constant() {
            Some(word) => vec![(word.to_owned(), branch.description.clone())],
            None => branch.words(),
        });
        let branches: Vec<_> = branches.collect();
        if branches.iter().any(Vec::is_empty) { Vec::new() } else { branches.concat() }
    }

    /// The one word it has to be.
    pub(crate) fn constant(&self) -> Option<&str> {
        self.constant.as_ref()?.as_str()
    }

    /// What the values are, if it is a map.
    pub(crate) fn values(&self) -> Option<Values<'_>> {
        match self.additional_properties.as_ref()? {
            Additional::Any(true) => Some(Values::Any),
            Additional::Any(false) => None,
            Additional::Each(schema) => Some(Values::Each(schema)),
        }
    }

    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }

    /// The names of the properties: those that are required as they are told, then the others.
    pub(crate) fn property_names(&self) -> Vec<&str> {
        let told = self.required.iter().filter(|name| self.properties.contains_key(*name));
        let others = self.properties.keys().filter(|name| !self.requires(name));
        told.chain(others).map(String::as_str).collect()
    }
}
