//! Where a sealed value belongs.

use serde::Serialize;

use crate::object::{Shape, Subject};

/// What a value is bound to when it is sealed: it opens in this place and in no other.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Place<'a> {
    /// Kind of object that holds it.
    pub(crate) kind: &'a str,
    pub(crate) workspace_id: &'a str,
    /// Id of the object it is a secret of: an environment, a project, a workspace.
    pub(crate) scope: &'a str,
    /// Id of the object that holds it.
    pub(crate) id: &'a str,
    /// Its name in the scope.
    pub(crate) key: &'a str,
}

impl<'a> Place<'a> {
    /// The place of the one secret of an object that belongs to a workspace.
    pub(crate) fn of(shape: &'a Shape, subject: &Subject<'a>, key: &'a str) -> Self {
        Self::in_workspace(shape, (subject.workspace_id, subject.id), key)
    }

    /// The place of the one secret of the object with an id, given after its workspace.
    pub(crate) fn in_workspace(shape: &'a Shape, object: (&'a str, &'a str), key: &'a str) -> Self {
        let (workspace_id, id) = object;
        Self { kind: shape.kind, workspace_id, scope: workspace_id, id, key }
    }

    /// The place as bytes, no two of which are the same.
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a place holds only texts")
    }
}
