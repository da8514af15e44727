use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(required)]
    pub name: String,
    /// Its title.
    #[attr(optional)]
    pub title: Option<Value<String>>,
}

fn main() {}
