//! A service as botocore describes it: `service-2.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Operations and shapes of one service.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) metadata: Metadata,
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

/// What holds for a whole service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) protocol: Protocol,
    pub(crate) xml_namespace: Option<String>,
    /// What the names of operations begin with in headers.
    pub(crate) target_prefix: Option<String>,
}

/// How requests and answers look on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Protocol {
    /// Paths and JSON.
    RestJson,
    /// Forms and XML.
    Query,
    /// JSON, and a header that names the operation.
    Json,
}

/// One thing that a service can be asked to do.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) http: Http,
    pub(crate) input: Option<Output>,
    pub(crate) output: Option<Output>,
    #[serde(default)]
    pub(crate) errors: Vec<Member>,
}

/// Where an operation is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    pub(crate) method: String,
    pub(crate) request_uri: String,
    pub(crate) response_code: Option<u16>,
}

/// The structure that an operation takes or answers with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    pub(crate) shape: String,
    /// The element around it, of query services.
    pub(crate) result_wrapper: Option<String>,
}

/// A type. Which fields it has depends on its kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    /// Of a structure.
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Member>,
    /// Of a structure: the members that have to be there.
    #[serde(default)]
    pub(crate) required: Vec<String>,
    /// Of a list.
    pub(crate) member: Option<Member>,
    /// Of a map.
    pub(crate) key: Option<Member>,
    /// Of a map.
    pub(crate) value: Option<Member>,
    /// Of a list or map: whether it has no element of its own around it.
    #[serde(default)]
    pub(crate) flattened: bool,
    /// Of a string: what it may be.
    #[serde(rename = "enum", default)]
    pub(crate) variants: Vec<String>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) pattern: Option<String>,
    /// Of an error.
    #[serde(default)]
    pub(crate) error: ErrorTrait,
}

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
}

/// What an error is on the wire.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorTrait {
    /// Its code, if that is not the name of the shape.
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: Option<u16>,
}

/// The use of a type in a structure, list or map.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    pub(crate) shape: String,
    pub(crate) location: Option<Location>,
    pub(crate) location_name: Option<String>,
    #[serde(default)]
    pub(crate) idempotency_token: bool,
}

/// Where a member is, if not in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Location {
    /// A part of the path.
    Uri,
    /// A part of the query string.
    Querystring,
    /// A header.
    Header,
}

impl Model {
    /// The type that a member has.
    ///
    /// # Panics
    ///
    /// When the model has no such type, so that it is none of AWS's.
    pub(crate) fn shape_of(&self, member: &Member) -> &Shape {
        self.shape(&member.shape)
    }

    /// A type by its name.
    ///
    /// # Panics
    ///
    /// When the model has no such type, so that it is none of AWS's.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| panic!("the model names a shape {name} that it lacks"))
    }
}

impl Member {
    /// What it is called on the wire.
    pub(crate) fn wire_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.location_name.as_deref().unwrap_or(name)
    }
}

impl Shape {
    /// The type of a list's elements.
    ///
    /// # Panics
    ///
    /// When this is no list.
    pub(crate) fn element(&self) -> &Member {
        self.member.as_ref().expect("a list says what it is of")
    }

    /// The types of a map's keys and values.
    ///
    /// # Panics
    ///
    /// When this is no map.
    pub(crate) fn entry(&self) -> (&Member, &Member) {
        let key = self.key.as_ref().expect("a map says what its keys are");
        (key, self.value.as_ref().expect("a map says what its values are"))
    }
}
