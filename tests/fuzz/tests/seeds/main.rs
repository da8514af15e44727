//! The inputs that are kept: those that a fuzzer begins with, made from real values, and those that once made something
//! fall over.

#![expect(clippy::unwrap_used, reason = "everything here is a test")]

mod kept;
mod made;
