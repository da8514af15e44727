use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel<T> {
    /// Its name.
    #[attr(required)]
    pub name: Value<T>,
}

fn main() {}
