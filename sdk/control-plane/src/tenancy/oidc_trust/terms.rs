//! A stored trust, as what a token is held against.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    access::{Limits, Pattern},
    tenancy::oidc_trust::glob,
};

/// The part of a trust's document that says whom it lets in, and to what.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Terms {
    subject: String,
    claims: BTreeMap<String, String>,
    pub(crate) audience: String,
    pub(crate) max_session_seconds: i64,
    permissions: Option<Vec<String>>,
}

impl Terms {
    pub(crate) fn read(document: &str) -> Result<Self, sqlx::Error> {
        serde_json::from_str(document).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// Whether the claims of a token are those of somebody who is let in.
    pub(crate) fn admit(&self, claims: &Map<String, Value>) -> bool {
        let subject = claims.get("sub").and_then(Value::as_str);
        subject.is_some_and(|subject| glob::matches(&self.subject, subject))
            && self
                .claims
                .iter()
                .all(|(name, glob)| claims.get(name).is_some_and(|claim| glob::matches_claim(glob, claim)))
    }

    /// What a session of this trust is good for.
    pub(crate) fn limits(&self, workspace_id: String) -> Limits {
        let parse = |texts: &Vec<String>| texts.iter().filter_map(|text| Pattern::parse(text)).collect();
        Limits { workspace_id, permissions: self.permissions.as_ref().map(parse) }
    }
}
