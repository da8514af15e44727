use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Whether it is new.
    #[attr(optional)]
    pub new: Value<bool>,
    /// What it looks like.
    #[attr(optional)]
    pub schema: Value<String>,
}

fn main() {}
