//! One event, before it is written and as it is told.

use schemars::JsonSchema;
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

/// The project and the environment that an object is in, as far as its document names them: what an event about it says
/// in its data, and what notification rules ask for.
pub(crate) fn place(document: &Document) -> Document {
    let named = ["project_id", "environment_id"].into_iter().filter_map(|name| {
        let id = document.get(name).filter(|id| id.is_string())?;
        Some((name.to_owned(), id.clone()))
    });
    named.collect()
}

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub(crate) struct Told {
    /// Number of the event, which grows with time: what a client names to go on from here.
    pub(crate) id: i64,
    /// What happened: the kind of the object, a dot, a participle, such as `project.created`.
    #[serde(rename = "type")]
    pub(crate) name: String,
    /// The workspace it happened in.
    #[schemars(extend("format" = "uuid"))]
    pub(crate) workspace_id: String,
    /// What it happened to.
    pub(crate) resource: Resource,
    /// What there is to say about it, by type.
    #[schemars(with = "Document")]
    pub(crate) data: Box<RawValue>,
    /// Id of the request it came from.
    pub(crate) correlation_id: String,
    /// When it happened.
    #[schemars(extend("format" = "date-time"))]
    pub(crate) created_at: String,
}

/// What an event is about.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventResource")]
pub(crate) struct Resource {
    /// Kind of the object.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Id of the object.
    pub(crate) id: String,
}

/// Some events, and where to go on.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventPage {
    /// The events, oldest first.
    pub(crate) data: Vec<Told>,
    /// What `after` has to be to go on, also where the page is empty; null if there will be no more.
    pub(crate) next_cursor: Option<String>,
}
