//! What tells one remote object from all others.

use crate::{DecodeError, Dynamic, History, Model, ObjectSchema, Path};

/// The identity of objects whose model is `M`: a model of its own, of the few attributes that never change and that
/// lead to the object, such as account, region and name.
///
/// Terraform stores it beside the state, and practitioners import by it. Attributes that are `required` must be given for an
/// import; the others may be. All of them are text, numbers, bools, or lists of these.
pub trait Identity<M>: Model {
    /// Counts incompatible changes.
    const VERSION: i64 = 0;

    /// The identity of an object. Pure; what the model does not know yet is unknown here too.
    fn of(model: &M) -> Self;

    /// The definitions that the identity had before, if it ever changed.
    #[must_use]
    fn history() -> Option<History<Self>> {
        None
    }
}

/// The identity of types that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoIdentity;

impl Model for NoIdentity {
    const DESCRIPTION: &'static str = "No identity.";

    fn schema() -> ObjectSchema {
        ObjectSchema::default()
    }

    fn encode(&self) -> Dynamic {
        Dynamic::Object(Default::default())
    }

    fn decode(_: &Dynamic, _: &Path) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl<M> Identity<M> for NoIdentity {
    fn of(_: &M) -> Self {
        Self
    }
}
