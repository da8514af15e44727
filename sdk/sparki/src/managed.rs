//! Objects under management.

use std::ops::Deref;

use serde_json::Value as Json;
use sparki_core::{Erased, Import, Plan, State};
use sparki_reconcile::Object;

use crate::Error;

/// A remote object under management: its values as they are on the remote. Reads like its model.
pub struct Managed<R: Plan + Import> {
    pub(crate) object: Object,
    state: State<R::Model>,
}

impl<R: Plan + Import> Managed<R> {
    pub(crate) fn new(object: Object) -> Result<Self, Error> {
        let state = State::decode(&object.state).map_err(|error| Error::of("Invalid state", &error))?;
        Ok(Self { object, state })
    }

    /// The document to keep between runs, without anything secret.
    ///
    /// # Errors
    /// [`Error`] if a value has no JSON form.
    pub fn to_json(&self) -> Result<Json, Error> {
        let resource = Erased::<R>::importable();
        self.object.to_json(&resource).map_err(|error| Error::of("State cannot be stored", &error))
    }

    /// Reads a document that [`Managed::to_json`] wrote.
    ///
    /// # Errors
    /// [`Error`] if the document is about something else.
    pub fn from_json(document: Json) -> Result<Self, Error> {
        let resource = Erased::<R>::importable();
        let object = Object::from_json(&resource, document)
            .map_err(|error| Error::of("State cannot be read", &error))?;
        Self::new(object)
    }
}

impl<R: Plan + Import> Deref for Managed<R> {
    type Target = R::Model;

    fn deref(&self) -> &R::Model {
        &self.state
    }
}

impl<R: Plan + Import> Clone for Managed<R> {
    fn clone(&self) -> Self {
        Self { object: self.object.clone(), state: self.state.clone() }
    }
}

impl<R: Plan + Import> std::fmt::Debug for Managed<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Managed").field(&*self.state).finish()
    }
}
