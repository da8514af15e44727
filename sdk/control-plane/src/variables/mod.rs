//! What is configured from outside: variables, secrets, sets of both, and what of it holds in an environment.

pub(crate) mod attachment;
pub(crate) mod given;
pub(crate) mod resolved;
pub(crate) mod scope;
pub(crate) mod secret;
pub(crate) mod variable;
pub(crate) mod variable_set;
