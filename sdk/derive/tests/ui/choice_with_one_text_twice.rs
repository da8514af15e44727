use sparki_derive::Choice;

/// How large it is.
#[derive(Clone, Debug, PartialEq, Choice)]
pub enum Tier {
    /// For trying things out.
    Development,
    /// The same.
    #[choice("development")]
    Dev,
}

fn main() {}
