//! Tests of `slugify`.

use expect_test::expect;

use super::Slugify;
use crate::golden::check_call;

#[test]
fn words_are_joined_by_single_hyphens() {
    check_call::<Slugify>(
        &[r#"["My App"]"#, r#"["  Acme & Sons, Ltd. "]"#, r#"["web-2--x_y"]"#, r#"["A1"]"#],
        &expect![[r#"
        ["My App"] -> "my-app"
        ["  Acme & Sons, Ltd. "] -> "acme-sons-ltd"
        ["web-2--x_y"] -> "web-2-x-y"
        ["A1"] -> "a1"
    "#]],
    );
}

#[test]
fn letters_beyond_z_are_not_letters_of_a_slug() {
    check_call::<Slugify>(
        &[r#"["Ünïcode"]"#, r#"["日本"]"#, r#"["É"]"#],
        &expect![[r#"
            ["Ünïcode"] -> "n-code"
            ["日本"] -> argument Some(0): No slug can be made of the text: a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself.
            ["É"] -> argument Some(0): No slug can be made of the text: a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself.
        "#]],
    );
}

#[test]
fn a_text_without_a_slug_says_why() {
    check_call::<Slugify>(
        &[r#"[""]"#, r#"["!"]"#, r#"["a"]"#, r#"[null]"#],
        &expect![[r#"
            [""] -> argument Some(0): No slug can be made of the text: a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself.
            ["!"] -> argument Some(0): No slug can be made of the text: a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself.
            ["a"] -> argument Some(0): No slug can be made of the text: a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself.
            [null] -> argument Some(0): "text" must not be null.
        "#]],
    );
    let long = format!(r#"["{}"]"#, "a".repeat(256));
    let error = crate::golden::call::<Slugify>(&long).expect_err("it is too long");
    assert!(error.text.ends_with("Shorten the text, for instance with substr()."), "{error}");
    assert!(crate::golden::call::<Slugify>(&long.replacen('a', "", 1)).is_ok());
}
