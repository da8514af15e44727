//! What identifies an object of the control plane.

use sparki_core::Value;
use sparki_derive::Model;

/// Identity of an object of the control plane: its id, which it keeps whatever it is renamed to.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ObjectIdentity {
    /// Id of the object, a UUID.
    #[attr(required)]
    pub id: Value<String>,
}
