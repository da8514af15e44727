//! API tokens: API keys that are objects of a workspace, open it and no other, and may be cut down to some permissions.
//!
//! The value is in the answer to creating a token and to rotating it, and nowhere else: a repeated request is answered without it,
//! and whoever has lost the answer rotates the token.

mod holder;
mod key;
mod model;
pub(crate) mod rotate;
mod rules;

pub(crate) use key::limits;
pub(crate) use model::{API_TOKEN, ApiToken};
