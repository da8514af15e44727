//! How `sparki_project` talks to the control plane.

use serde_json::{Map, Value as Json};
use sparki_client::{Call, Client, Request};
use sparki_core::{Id, Planned, RemoteError, RemoteErrorKind, State};

use super::{Project, ProjectModel};
use crate::control_plane::{
    Object, PROJECT, Segment, Segments, WORKSPACE, creation_body, find, on_control_plane,
};

impl Object for Project {
    const COLLECTION: &'static str = PROJECT.collection;
    const NOUN: &'static str = PROJECT.noun;
    const KEY: &'static str = PROJECT.key;

    fn id(model: &ProjectModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    async fn creation(
        client: &Client,
        planned: &Planned<ProjectModel>,
        call: &Call,
    ) -> Result<Map<String, Json>, RemoteError> {
        let mut body = creation_body(&**planned);
        if !body.contains_key("workspace_id") {
            body.insert("workspace_id".into(), default_workspace(client, call).await?.into());
        }
        Ok(body)
    }

    fn deletion(request: Request, state: &State<ProjectModel>) -> Request {
        match state.archive_on_destroy.known() {
            Some(true) => request.query("archive", "true"),
            Some(false) | None => request,
        }
    }
}

/// The id of the workspace that the provider is configured with.
async fn default_workspace(client: &Client, call: &Call) -> Result<String, RemoteError> {
    let Some(workspace) = client.settings().workspace.as_deref() else {
        return Err(RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {}", call.action())).with_attribute(
            sparki_core::Path::attribute("workspace_id"),
            "Neither \"workspace_id\" nor the provider's \"workspace\" is set. Set one of them, or the environment \
             variable SPARKI_WORKSPACE",
        ));
    };
    if workspace.parse::<uuid::Uuid>().is_ok() {
        return Ok(workspace.to_owned());
    }
    find(client, &[WORKSPACE], &[workspace], call).await
}

impl Segments for Project {
    const SEGMENTS: &'static [Segment] = &[WORKSPACE, PROJECT];
}

on_control_plane!(
    Project,
    ProjectModel,
    &[
        ("acme/web", "slugs of workspace and project"),
        ("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "id of the project")
    ]
);
