//! Which version of an object a change is based on.

use crate::response::{ETag, Response};

/// The version of an object that a change is based on: an [`ETag`], or the [`Response`] that the object came in.
///
/// A response without an `ETag` makes none, and the control plane refuses the change (428 `precondition_required`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition(pub(super) Option<ETag>);

impl Precondition {
    /// Any version will do: the change overwrites what others have done.
    #[must_use]
    pub fn any() -> Self {
        Self(Some(ETag::from("*")))
    }
}

impl From<ETag> for Precondition {
    fn from(etag: ETag) -> Self {
        Self(Some(etag))
    }
}

impl From<&ETag> for Precondition {
    fn from(etag: &ETag) -> Self {
        Self(Some(etag.clone()))
    }
}

impl From<Option<ETag>> for Precondition {
    fn from(etag: Option<ETag>) -> Self {
        Self(etag)
    }
}

impl<T> From<&Response<T>> for Precondition {
    fn from(response: &Response<T>) -> Self {
        Self(response.etag.clone())
    }
}
