use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(required, validate(longer_than(3)))]
    pub name: Value<String>,
}

fn main() {}
