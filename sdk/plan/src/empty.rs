//! Finds out whether a value says anything.

use sparki_core::Dynamic;

/// Whether a value says no more than null does.
pub(crate) fn is_empty(value: &Dynamic) -> bool {
    match value {
        Dynamic::Null => true,
        Dynamic::String(text) => text.is_empty(),
        Dynamic::List(elements) => elements.is_empty(),
        Dynamic::Set(elements) => elements.is_empty(),
        Dynamic::Map(members) => members.is_empty(),
        Dynamic::Object(members) => members.values().all(is_empty),
        Dynamic::Unknown(_) | Dynamic::Bool(_) | Dynamic::Number(_) | Dynamic::Typed(..) => false,
    }
}
