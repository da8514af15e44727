use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel(pub Value<String>);

fn main() {}
