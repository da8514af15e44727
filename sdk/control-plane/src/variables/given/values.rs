//! The values that somebody is given. They are in no debug output.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// Values by name, those of secrets apart from those that may be shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Values {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) secrets: BTreeMap<String, String>,
}

impl fmt::Debug for Values {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Values")
            .field("variables", &self.variables.keys())
            .field("secrets", &self.secrets.keys())
            .finish()
    }
}
