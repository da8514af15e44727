//! Artifacts: what a build makes and a release is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::signature::SIGNATURE,
    document::{Fields, form::Form},
};

/// Most artifacts of one build or release.
const MOST: usize = 1000;

static DIGEST: Form = Form::new("^sha256:[0-9a-f]{64}$", "Use sha256: and 64 lower-case hexadecimal digits.");

/// A whole commit.
pub(crate) static COMMIT: Form =
    Form::new("^[0-9a-f]{40}$", "Use the whole commit: 40 lower-case hexadecimal digits.");

/// Something that can be deployed, known by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Artifact {
    /// Name, unique among the artifacts of a build or release.
    pub(crate) name: String,
    /// Where it can be fetched.
    pub(crate) uri: String,
    /// Digest of its content: `sha256:` and 64 hexadecimal digits.
    pub(crate) digest: String,
    /// Signature of the digest as it is written here, in base64; null if there is none. It is checked where the workspace requires
    /// it.
    #[serde(default)]
    pub(crate) signature: Option<String>,
}

impl Artifact {
    /// Reads the list `artifacts`, in the order of names. A list that is there has to have an item.
    pub(crate) fn list(fields: &mut Fields<'_>) -> Vec<Self> {
        let mut artifacts = fields.objects_in("artifacts", 1..=MOST, |fields| Self {
            name: fields.required_text("name", 255),
            uri: fields.required_text("uri", 2048),
            digest: fields.required_text_in("digest", 71, &DIGEST),
            signature: fields.text_in("signature", 1024, &SIGNATURE),
        });
        artifacts.sort_by(|one, other| one.name.cmp(&other.name));
        if let Some(pair) = artifacts.windows(2).find(|pair| pair[0].name == pair[1].name) {
            fields.error("artifacts", "duplicate", format!("{:?} is listed twice.", pair[0].name));
        }
        artifacts
    }
}
