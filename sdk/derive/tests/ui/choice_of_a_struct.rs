use sparki_derive::Choice;

/// How large it is.
#[derive(Clone, Debug, PartialEq, Choice)]
pub struct Tier;

fn main() {}
