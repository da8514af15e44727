//! What quotas were raised or lowered to.

use serde::{Deserialize, Serialize};

use super::catalog::Entry;
use crate::region::Region;

/// What quotas were raised or lowered to, besides what everybody may have.
#[derive(Debug, Default)]
pub(crate) struct Quotas(Vec<Change>);

/// What one quota was raised or lowered to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    service: String,
    code: String,
    value: f64,
    /// Where; everywhere if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

impl Quotas {
    /// Replaces all changes.
    pub(crate) fn replace(&mut self, changes: Vec<Change>) {
        self.0 = changes;
    }

    pub(crate) fn changes(&self) -> &[Change] {
        &self.0
    }

    /// What an account may have in a region; none where the default counts. The last change decides.
    pub(super) fn applied(&self, entry: Entry, region: &Region) -> Option<f64> {
        let concerns = |change: &&Change| {
            change.service == entry.service
                && change.code == entry.code
                && change.region.as_deref().is_none_or(|wanted| wanted == region.as_str())
        };
        self.0.iter().rev().find(concerns).map(|change| change.value).or(entry.applied)
    }
}
