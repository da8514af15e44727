use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(one_of(name, title))]
pub struct ThingModel {
    /// Its name.
    #[attr(optional)]
    pub name: Value<String>,
    /// Its title.
    #[attr(optional)]
    pub title: Value<String>,
}

fn main() {}
