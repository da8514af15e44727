//! What a secret is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::Fields,
    object::{Earlier, Shape, kind::Roles},
    variables::{
        scope::{Availability, IDENTITY, PARENTS, Scope, read_key},
        secret::source::{External, Generate},
        variable::LONGEST_VALUE,
    },
    vault::Material,
};

pub(crate) static SECRET: Shape = Shape {
    kind: "secret",
    collection: "secrets",
    table: "secrets",
    workspace_column: "tenant_id",
    parents: &PARENTS,
    key: "key",
    filters: IDENTITY,
    immutable: IDENTITY,
    computed: &["fingerprint", "version", "rotated_at"],
    children: &[],
    roles: Roles::MEMBERS,
};

/// Where a value can come from. Changing from one to another takes setting the other to null.
const SOURCES: [&str; 3] = ["value", "external", "generate"];

/// A named value that can be written and used, and never read.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Secret {
    /// Where the secret holds.
    #[serde(flatten)]
    pub(super) scope: Scope,
    /// Name of the secret, unique in the scope.
    pub(super) key: String,
    /// Whether builds get it, deployments, or both.
    availability: Availability,
    /// Where the value is kept, if it is kept somewhere else.
    pub(super) external: Option<External>,
    /// How the value is made up, if the server does so.
    pub(super) generate: Option<Generate>,
    /// Changes with the value and says nothing about it; there is none for a value that is kept somewhere else.
    pub(super) fingerprint: Option<String>,
    /// Counts the values the secret has had.
    pub(super) version: i64,
    /// When it got the value it has.
    #[schemars(extend("format" = "date-time"))]
    pub(super) rotated_at: String,
    #[serde(skip)]
    pub(super) material: Material,
}

impl Secret {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let keeps = earlier.is_some_and(|earlier| keeps_value(fields, earlier));
        if !keeps {
            fields.require_one_of(&SOURCES);
        }
        fields.explain("value", "The value. It can be written and used, and never read.");
        let value = fields.secret("value", LONGEST_VALUE);
        let external = fields.object("external", External::from_fields);
        let generate = fields.object("generate", Generate::from_fields);
        let material = match value {
            Some(value) => Material::Fresh(value),
            None if keeps => Material::Kept,
            None => Material::Absent,
        };
        Self {
            scope: Scope::from_fields(fields),
            key: read_key(fields),
            availability: fields.choice_or("availability", Availability::Both),
            external,
            generate,
            fingerprint: None,
            version: 0,
            rotated_at: String::new(),
            material,
        }
    }
}

/// Whether the stored secret has a value of its own that the patch leaves alone.
fn keeps_value(fields: &Fields<'_>, earlier: &Earlier<'_>) -> bool {
    let is_null = |name| earlier.document.get(name).is_none_or(serde_json::Value::is_null);
    let is_told = earlier.patch.contains_key("value") || SOURCES.iter().any(|name| fields.is_present(name));
    is_null("external") && is_null("generate") && !is_told
}
