//! How `sparki_workspace` talks to the control plane.

use sparki_client::Request;
use sparki_core::{Id, State};

use super::{DeleteBehavior, Workspace, WorkspaceModel};
use crate::control_plane::{Advice, Object, Segment, Segments, WORKSPACE, on_control_plane};

impl Object for Workspace {
    const COLLECTION: &'static str = WORKSPACE.collection;
    const NOUN: &'static str = WORKSPACE.noun;
    const KEY: &'static str = WORKSPACE.key;

    fn id(model: &WorkspaceModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    fn advice(code: &str) -> Option<Advice> {
        (code == "in_use").then_some(Advice {
            attribute: "delete_behavior",
            text: "To remove the workspace with everything in it, set \"delete_behavior\" to \"cascade\", apply, and then \
                   remove it.",
        })
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
