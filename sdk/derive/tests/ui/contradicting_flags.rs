use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(required, requires_replace, requires_replace_if_configured)]
    pub name: Value<String>,
}

fn main() {}
