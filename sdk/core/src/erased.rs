//! Resource types without their Rust types, as the planner, the server and the reconciler see them.

mod adapter;
mod contain;
mod overlay;

use std::future::Future;
use std::pin::Pin;

use serde_json::Value as Json;

use crate::{
    Call, DefaultTimeouts, Deferral, Diagnostic, Diagnostics, Dynamic, Inherited, Listed, MoveError, Origin,
    Path, Private, Remotes, Schema, Sink, UpgradeError, Wanted,
};

pub use adapter::Erased;
pub use contain::internal_error;
pub(crate) use contain::{checked, contained, looking, ready, told};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an operation left behind: the state to save, if any, and messages.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The state to save. With errors present it is what exists as far as is known.
    pub state: Option<Dynamic>,
    /// Messages in order.
    pub diagnostics: Diagnostics,
}

/// Generic planning's result, offered to the resource for adjustment.
pub struct ErasedDraft<'a> {
    /// What the practitioner wrote.
    pub config: &'a Dynamic,
    /// What exists; none on create.
    pub prior: Option<&'a Dynamic>,
    /// What is planned so far.
    pub planned: &'a mut Dynamic,
    /// Attributes whose change needs a new remote object.
    pub replace: &'a mut Vec<Path>,
    /// What is remembered besides the state.
    pub private: &'a Private,
    /// What objects inherit from how the provider is set up.
    pub inherited: &'a Inherited,
    /// Why the change should be put off, if it should.
    pub deferral: &'a mut Option<Deferral>,
}

/// A resource type.
pub trait ErasedResource: Send + Sync {
    /// Name of the type in configuration.
    fn type_name(&self) -> &'static str;
    /// The definition, built once.
    fn schema(&self) -> &Schema;
    /// How long operations may take where the practitioner does not say.
    fn timeouts(&self) -> DefaultTimeouts;
    /// The resource's own checks of configuration.
    fn validate(&self, config: &Dynamic) -> Diagnostics;
    /// The resource's own adjustments of a plan.
    fn plan(&self, draft: ErasedDraft<'_>) -> Diagnostics;
    /// The resource's own checks of a planned removal.
    fn plan_destroy(&self, prior: &Dynamic) -> Diagnostics;
    /// The resource's own adjustments of configuration that was generated from a state.
    fn tidy(&self, config: &mut Dynamic);
    /// Why nothing can be applied through these remotes, if that is certain already.
    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Why there is no remote yet, if there may be one once everything is known.
    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Checks a plan to make or to change an object against the remote. `prior` is null if it is to be made. Without a
    /// remote, and for types that have no such checks, there is nothing to say.
    fn preflight(&self, call: Call, prior: Dynamic, planned: Dynamic) -> BoxFuture<'_, Diagnostics>;
    /// Makes the remote object.
    fn create(&self, call: Call, config: Dynamic, planned: Dynamic) -> BoxFuture<'_, Outcome>;
    /// Looks at the remote object; no state and no error says that it is gone.
    fn read(&self, call: Call, prior: Dynamic) -> BoxFuture<'_, Outcome>;
    /// Changes the remote object in place.
    fn update(&self, call: Call, config: Dynamic, prior: Dynamic, planned: Dynamic)
    -> BoxFuture<'_, Outcome>;
    /// Removes the remote object; no state and no error says that it is gone.
    fn delete(&self, call: Call, state: Dynamic) -> BoxFuture<'_, Outcome>;
    /// The forms of id that import accepts, with examples; none if the type cannot be imported.
    fn import_forms(&self) -> &'static [(&'static str, &'static str)];
    /// Finds the object by an id or a path.
    fn import(&self, call: Call, id: String) -> BoxFuture<'_, Outcome>;
    /// Finds the object by its identity.
    fn import_identity(&self, call: Call, identity: Dynamic) -> BoxFuture<'_, Outcome>;
    /// The definition of the identity; none if the type has none.
    fn identity_schema(&self) -> Option<&Schema>;
    /// The identity of an object; null if the type has none. What the object does not know yet is unknown.
    ///
    /// # Errors
    /// A diagnostic if the object does not fit the definition.
    fn identity(&self, object: &Dynamic) -> Result<Dynamic, Diagnostic>;
    /// Reads a stored state of any version of the definition.
    ///
    /// # Errors
    /// [`UpgradeError`] if this version cannot.
    fn upgrade(&self, version: i64, stored: &Json) -> Result<Dynamic, UpgradeError>;
    /// Reads a stored identity of any version of its definition.
    ///
    /// # Errors
    /// [`UpgradeError`] if this version cannot.
    fn upgrade_identity(&self, version: i64, stored: &Json) -> Result<Dynamic, UpgradeError>;
    /// The version that the stored forms lead up to, which must be that of the schema.
    fn latest_version(&self) -> i64;
    /// The types whose objects can become objects of this one.
    fn origins(&self) -> Vec<Origin>;
    /// The state of an object that comes from one of [`ErasedResource::origins`]; none if it is none of them.
    ///
    /// # Errors
    /// [`MoveError`] if the state does not fit what is known of the other type.
    fn take_over(&self, origin: &Origin, stored: &Json) -> Option<Result<Dynamic, MoveError>>;
    /// The definition of what narrows down a list; none if the objects cannot be listed.
    fn filter_schema(&self) -> Option<&Schema>;
    /// The type's own checks of what narrows down a list.
    fn validate_filter(&self, filter: &Dynamic) -> Diagnostics;
    /// Finds objects.
    fn list<'a>(
        &'a self,
        call: Call,
        filter: Dynamic,
        wanted: Wanted,
        found: &'a dyn Sink<Listed>,
    ) -> BoxFuture<'a, Diagnostics>;
}
