//! Who is behind what goes on without a request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Caller;

/// Whoever asked for something, kept for as long as it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Actor {
    /// User or service account; null for the server itself.
    pub(crate) id: Option<String>,
    /// Email address or name.
    pub(crate) name: String,
}

impl Actor {
    /// The server, acting by a rule somebody set.
    pub(crate) fn server() -> Self {
        Self { id: None, name: "sparki-control-plane".to_owned() }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self { id: Some(caller.user_id.clone()), name: caller.email.clone() }
    }
}
