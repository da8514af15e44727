use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(sensitive)]
    pub name: Value<String>,
    /// Its title.
    pub title: Value<String>,
}

fn main() {}
