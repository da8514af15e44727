//! Which variables and secrets somebody is given, without their values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    document::{canonical, choice::choice},
    variables::{resolved::Resolved, secret::SECRET},
};

/// Hexadecimal digits of a fingerprint: enough to notice a change, no more.
const FINGERPRINT_LENGTH: usize = 16;

/// What somebody is given, by name.
pub(crate) type Configuration = BTreeMap<String, Given>;

choice! {
    /// What a name stands for.
    #[schemars(rename = "ConfigurationKind")]
    GivenKind { Secret = "secret", Variable = "variable" }
}

/// A variable or a secret that somebody is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) kind: GivenKind,
    /// Changes with the value and says nothing about it.
    pub(crate) fingerprint: String,
}

impl Given {
    pub(super) fn of(resolved: &Resolved) -> Self {
        let kind = if resolved.kind == SECRET.kind { GivenKind::Secret } else { GivenKind::Variable };
        let content = &resolved.content;
        let fingerprint = content.fingerprint.clone().unwrap_or_else(|| {
            // The id makes a short value as hard to guess as the id itself, for whoever may not read variables.
            let what = json!([resolved.source.id, content.value, content.version]);
            let digest = canonical::digest(&what);
            digest.trim_start_matches("sha256:").chars().take(FINGERPRINT_LENGTH).collect()
        });
        Self { kind, fingerprint }
    }
}
