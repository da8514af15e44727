//! Who owns what.

pub(crate) mod workspace;
