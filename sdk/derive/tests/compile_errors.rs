//! Misuse of the derives is refused, with an error that points at the offending word.
//!
//! Each file in `ui` is one misuse, next to what the compiler says of it. `TRYBUILD=overwrite` writes the latter anew.

#[test]
fn misuse_is_a_compile_error() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
