//! How `sparki_workspace` talks to the control plane.

use sparki_client::Request;
use sparki_core::{Id, State};

use super::{DeleteBehavior, Workspace, WorkspaceModel};
use crate::control_plane::{Object, Segment, Segments, WORKSPACE, on_control_plane};

impl Object for Workspace {
    const COLLECTION: &'static str = WORKSPACE.collection;
    const NOUN: &'static str = WORKSPACE.noun;

    fn id(model: &WorkspaceModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    fn deletion(request: Request, state: &State<WorkspaceModel>) -> Request {
        match state.delete_behavior.known() {
            Some(DeleteBehavior::Cascade) => request.query("behavior", "cascade"),
            Some(DeleteBehavior::Block) | None => request,
        }
    }
}

impl Segments for Workspace {
    const SEGMENTS: &'static [Segment] = &[WORKSPACE];
}

on_control_plane!(
    Workspace,
    WorkspaceModel,
    &[("acme", "slug of the workspace"), ("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "its id")]
);
