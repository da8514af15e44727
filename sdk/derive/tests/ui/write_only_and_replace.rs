use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(optional, write_only, requires_replace, default = "a")]
    pub name: Value<String>,
}

fn main() {}
