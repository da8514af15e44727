//! One event, before it is written and as it is told.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::document::Document;

/// An event to be written.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) workspace_id: String,
    /// What happened, such as `deployment.succeeded`: the kind of the object, a dot, a participle.
    pub(crate) name: String,
    pub(crate) resource_type: String,
    pub(crate) resource_id: String,
    /// What there is to say about it. Never a secret: it goes to everyone who may read the workspace, and to webhooks.
    pub(crate) data: Document,
}

/// An event as clients and webhooks are told it.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// Grows with time; what a client names to go on from here.
    pub(crate) id: i64,
    #[serde(rename = "type")]
    pub(crate) name: String,
    pub(crate) workspace_id: String,
    pub(crate) resource: Resource,
    pub(crate) data: Box<RawValue>,
    pub(crate) correlation_id: String,
    pub(crate) created_at: String,
}

/// What an event is about.
#[derive(Debug, Serialize)]
pub(crate) struct Resource {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) id: String,
}
