use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(required, optional)]
    pub name: Value<String>,
    #[attr(optional, refine(not_null))]
    pub title: String,
}

fn main() {}
