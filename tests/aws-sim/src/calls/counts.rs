//! What has been asked for, and what went wrong.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::protocol::Misfit;

/// Counters since the beginning or the last reset.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counts {
    /// Requests by `service:operation`.
    pub(crate) requests: BTreeMap<String, u64>,
    /// Answers by `service:operation:code`, refusals only.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// Faults that were dealt out, by kind.
    pub(crate) faults: BTreeMap<String, u64>,
    /// Operations that are not played here, by `service:operation`.
    pub(crate) unimplemented: BTreeMap<String, u64>,
    /// Answers of ours that did not fit a model. None is right.
    pub(crate) misfits: Vec<String>,
}

impl Counts {
    pub(crate) fn request(&mut self, service: &str, operation: &str) {
        count(&mut self.requests, format!("{service}:{operation}"));
    }

    pub(crate) fn refusal(&mut self, service: &str, operation: &str, code: &str) {
        count(&mut self.refusals, format!("{service}:{operation}:{code}"));
    }

    pub(crate) fn fault(&mut self, kind: &str) {
        count(&mut self.faults, kind.to_owned());
    }

    pub(crate) fn unimplemented(&mut self, service: &str, operation: &str) {
        count(&mut self.unimplemented, format!("{service}:{operation}"));
    }

    pub(crate) fn misfit(&mut self, misfit: &Misfit) {
        self.misfits.push(misfit.to_string());
    }
}

fn count(counters: &mut BTreeMap<String, u64>, key: String) {
    *counters.entry(key).or_default() += 1;
}
