//! The remote side, asked whether objects are gone.

use serde_json::{Map, Value};

/// What knows whether an object that was destroyed is really gone.
///
/// A function from type and attributes is one, so that a test can say in one line where its objects are:
///
/// ```
/// use acceptance::Remote;
///
/// let shelf = |kind: &str, _: &_| (kind == "depot_parcel").then_some(true);
/// assert_eq!(shelf.is_gone("depot_parcel", &Default::default()), Some(true));
/// assert_eq!(shelf.is_gone("depot_oddity", &Default::default()), None);
/// ```
pub trait Remote: Send + Sync {
    /// Whether the object of a type with these attributes is gone; none if the type is somebody else's.
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool>;
}

impl<F> Remote for F
where
    F: Fn(&str, &Map<String, Value>) -> Option<bool> + Send + Sync,
{
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool> {
        self(kind, attributes)
    }
}
