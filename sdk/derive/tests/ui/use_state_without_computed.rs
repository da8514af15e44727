use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Its name.
    #[attr(optional, use_state_for_unknown)]
    pub name: Value<String>,
}

fn main() {}
