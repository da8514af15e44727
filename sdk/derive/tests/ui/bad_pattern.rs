use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(required, validate(pattern("^[a-z+$", "be lower case")))]
    pub name: Value<String>,
    /// Its title.
    #[attr(required, validate(pattern("^[a-z]+$")))]
    pub title: Value<String>,
}

fn main() {}
