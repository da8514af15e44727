//! Objects of all services in one form, for whoever tests with them.

use serde::Serialize;

/// An object, whatever it is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) service: &'static str,
    pub(crate) region: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) status: String,
    /// The value of the tag by which Sparki knows its own.
    pub(crate) owner: Option<String>,
    /// What it has lost, if it belonged to something that is no more.
    pub(crate) orphan_of: Option<String>,
}
