use sparki_core::Value;
use sparki_derive::Model;

#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    #[attr(required)]
    pub name: Value<String>,
}

fn main() {}
