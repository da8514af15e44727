use sparki_derive::Choice;

/// How large it is.
#[derive(Clone, Debug, PartialEq, Choice)]
pub enum Tier {
    /// For trying things out.
    Development,
    /// So many of everything.
    Replicated(u32),
}

fn main() {}
