use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
struct Thing {
    /// Parts.
    #[attr(optional, block, sensitive, default = Vec::new())]
    pub parts: Value<Vec<Part>>,
}

/// A part.
#[derive(Clone, Debug, PartialEq, Model)]
struct Part {
    /// Name.
    #[attr(required)]
    pub name: Value<String>,
}

fn main() {}
