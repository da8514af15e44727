use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(name, tittle), conflicting(name, name), conflicting(title))]
pub struct ThingModel {
    /// Its name.
    #[attr(optional)]
    pub name: Value<String>,
    /// Its title.
    #[attr(optional)]
    pub title: Value<String>,
}

fn main() {}
