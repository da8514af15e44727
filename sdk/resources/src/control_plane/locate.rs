//! Finds objects by their path: the slugs of what they are in, and their own.

use serde_json::Value as Json;
use sparki_client::{Call, Client, Request};
use sparki_core::{Import, RemoteError, RemoteErrorKind};

/// One level of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// Where objects of this level are: `/projects`.
    pub(crate) collection: &'static str,
    /// What one is called in messages.
    pub(crate) noun: &'static str,
    /// The field that holds the id of the level above; empty at the top.
    pub(crate) parent: &'static str,
    /// The field that holds this level's part of the path.
    pub(crate) key: &'static str,
}

pub(crate) const WORKSPACE: Segment =
    Segment { collection: "/workspaces", noun: "workspace", parent: "", key: "slug" };
pub(crate) const PROJECT: Segment =
    Segment { collection: "/projects", noun: "project", parent: "workspace_id", key: "slug" };
pub(crate) const PIPELINE: Segment =
    Segment { collection: "/pipelines", noun: "pipeline", parent: "project_id", key: "name" };
pub(crate) const ENVIRONMENT: Segment =
    Segment { collection: "/environments", noun: "environment", parent: "project_id", key: "slug" };
pub(crate) const DEPLOYMENT_TARGET: Segment = Segment {
    collection: "/deployment-targets",
    noun: "deployment target",
    parent: "environment_id",
    key: "name",
};

/// A type whose objects have a path.
pub(crate) trait Segments: Import {
    /// The levels of the path, from the workspace down.
    const SEGMENTS: &'static [Segment];
}

/// The id of the object that a practitioner names by id or by path.
pub(crate) async fn lookup<T: Segments>(
    client: &Client,
    named: &str,
    call: &Call,
) -> Result<String, RemoteError> {
    if named.parse::<uuid::Uuid>().is_ok() {
        return Ok(named.to_owned());
    }
    let parts: Vec<_> = named.split('/').collect();
    if parts.len() != T::SEGMENTS.len() || parts.iter().any(|part| part.is_empty()) {
        let forms: Vec<_> =
            T::FORMS.iter().map(|(example, meaning)| format!("{example} ({meaning})")).collect();
        return Err(RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {}", call.action()))
            .with_detail(format!(
                "{named:?} has none of the accepted forms. Use one of: {}",
                forms.join(", ")
            )));
    }
    find(client, T::SEGMENTS, &parts, call).await
}

/// Walks down the levels.
pub(crate) async fn find(
    client: &Client,
    levels: &[Segment],
    parts: &[&str],
    call: &Call,
) -> Result<String, RemoteError> {
    let mut parent: Option<String> = None;
    for (level, part) in levels.iter().zip(parts) {
        let mut request = Request::get(level.collection).query(level.key, part);
        if let Some(parent) = &parent {
            request = request.query(level.parent, parent);
        }
        let found: Vec<Json> = client.list(request, call).await?;
        // The filter is asked for, and checked: an older control plane may not know it.
        let matching = found.iter().find(|object| object.get(level.key).and_then(Json::as_str) == Some(part));
        let id = matching.and_then(|object| object.get("id")).and_then(Json::as_str);
        let id = id.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, format!("failed to {}", call.action())).with_detail(format!(
                "There is no {} {part:?}, or the credentials do not allow to see it. Check the path {:?}.",
                level.noun,
                parts.join("/")
            ))
        })?;
        parent = Some(id.to_owned());
    }
    parent.ok_or_else(|| RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {}", call.action())))
}
