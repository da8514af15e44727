//! Patterns of event names: `*`, `deployment.*`, `*.failed`, `deployment.failed`.

use crate::document::{Fields, form::Form};

const LONGEST: usize = 100;
static PATTERN: Form = Form::new(
    "^([*]|([*]|[a-z_]+)[.]([*]|[a-z_]+))$",
    "Use the name of an event, such as deployment.failed, with * for either part or for all of it.",
);

/// Reads a list of patterns, of which there has to be one at least.
pub(super) fn required(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    fields.required_texts_in(name, LONGEST, &PATTERN)
}

/// Whether one of the patterns covers the name of an event.
pub(super) fn any_covers(patterns: &[String], event: &str) -> bool {
    patterns.iter().any(|pattern| covers(pattern, event))
}

fn covers(pattern: &str, event: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let fits = |pattern: &str, part: &str| pattern == "*" || pattern == part;
    match (pattern.split_once('.'), event.split_once('.')) {
        (Some((kind, happening)), Some((event_kind, event_happening))) => {
            fits(kind, event_kind) && fits(happening, event_happening)
        }
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_whole_parts() {
        for (pattern, event, expected) in [
            ("*", "deployment.failed", true),
            ("deployment.*", "deployment.failed", true),
            ("deployment.*", "deployment_target.created", false),
            ("*.failed", "build.failed", true),
            ("*.failed", "build.succeeded", false),
            ("build.failed", "build.failed", true),
        ] {
            assert_eq!(covers(pattern, event), expected, "{pattern} {event}");
            assert!(PATTERN.admits(pattern), "{pattern}");
        }
        for bad in ["", "deployment", "deploy*.failed", "a.b.c", ".failed", "Build.failed", "build."] {
            assert!(!PATTERN.admits(bad), "{bad}");
        }
    }
}
