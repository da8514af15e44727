//! One line of the audit log before it is written.

use serde_json::{Value, json};

use crate::{
    audit::Actor,
    auth::Caller,
    document::{Document, merge::changed_fields},
    events::{self, Event},
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) user_id: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) workspace_id: Option<String>,
    pub(crate) resource_type: String,
    pub(crate) resource_id: Option<String>,
    pub(crate) resource_version: Option<i64>,
    pub(crate) action: String,
    pub(crate) result: String,
    pub(crate) details: Document,
    /// The project and the environment that the object is in.
    place: Document,
}

impl Entry {
    /// A change that was made.
    pub(crate) fn change(caller: &Caller, kind: &str, action: &str) -> Self {
        Self::event(kind, action, "success").by(&caller.user_id, &caller.email)
    }

    /// Says which version of which object came of it.
    pub(crate) fn of(mut self, workspace_id: &str, id: &str, version: i64) -> Self {
        self.workspace_id = Some(workspace_id.to_owned());
        self.resource_id = Some(id.to_owned());
        self.resource_version = Some(version);
        self
    }

    /// Anything else worth a line.
    pub(crate) fn event(resource_type: &str, action: &str, result: &str) -> Self {
        Self {
            resource_type: resource_type.to_owned(),
            action: action.to_owned(),
            result: result.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn by(mut self, user_id: &str, actor: &str) -> Self {
        self.user_id = Some(user_id.to_owned());
        self.actor = Some(actor.to_owned());
        self
    }

    /// The event a change leaves: which fields of what have changed, and nothing of what is in them. `None` for what is no change of an
    /// object in a workspace.
    pub(super) fn event_of_change(&self) -> Option<Event> {
        let (workspace_id, resource_id) = (self.workspace_id.clone()?, self.resource_id.clone()?);
        let version = self.resource_version?;
        let participle = match self.action.as_str() {
            "create" => "created",
            "update" => "updated",
            "rotate" => "rotated",
            "disable" => "disabled",
            "delete" => "deleted",
            "archive" => "archived",
            _ => return None,
        };
        if self.result != "success" {
            return None;
        }
        let mut data = Document::new();
        data.insert("version".to_owned(), json!(version));
        data.insert("actor".to_owned(), json!(self.actor));
        data.extend(
            self.details.get_key_value("changed_fields").map(|(name, value)| (name.clone(), value.clone())),
        );
        data.extend(self.place.clone());
        Some(Event {
            workspace_id,
            name: format!("{}.{participle}", self.resource_type),
            resource_type: self.resource_type.clone(),
            resource_id,
            data,
        })
    }

    /// Names whoever is behind what goes on without a request.
    pub(crate) fn by_actor(mut self, actor: &Actor) -> Self {
        self.user_id.clone_from(&actor.id);
        self.actor = Some(actor.name.clone());
        self
    }

    /// Records the fields that differ, as they were and as they are.
    pub(crate) fn with_diff(mut self, before: &Document, after: &Document) -> Self {
        self.place = events::place(if after.is_empty() { before } else { after });
        let fields = changed_fields(before, after);
        let pick = |document: &Document| -> Document {
            fields.iter().filter_map(|f| Some((f.clone(), document.get(f)?.clone()))).collect()
        };
        self.details.insert("changed_fields".to_owned(), json!(fields));
        self.details.insert("before".to_owned(), Value::Object(pick(before)));
        self.details.insert("after".to_owned(), Value::Object(pick(after)));
        self
    }
}
