//! Slugs: the names of things in paths.

use crate::document::form::Form;

/// The seed's rule for slugs.
pub(crate) static SLUG: Form = Form::new(
    "^[a-z0-9][a-z0-9-]*[a-z0-9]$",
    "Use lower-case letters, digits and hyphens, at least two characters, with a letter or digit at both ends.",
);

/// Turns a name into a slug: lower case, letters and digits, runs of anything else as one hyphen.
pub(crate) fn slugify(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs() {
        assert_eq!(slugify("  Acme & Sons, Ltd. "), "acme-sons-ltd");
        assert_eq!(slugify("Ünïcode"), "n-code");
        assert_eq!(slugify("!!!"), "");
    }

    #[test]
    fn slugs_start_and_end_with_a_letter_or_digit() {
        for good in ["ab", "a1", "web-1", "a--b"] {
            assert!(SLUG.admits(good), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "A1", "a_b", "ab\n"] {
            assert!(!SLUG.admits(bad), "{bad}");
        }
    }
}
