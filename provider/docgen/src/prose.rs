//! Sentences of descriptions, and sentences made from schemas.

use std::time::Duration;

use sparki_core::{Attribute, Mode, Replace, Rule};

use crate::literal::literal;

/// The first paragraph on one line.
pub(crate) fn first_paragraph(markdown: &str) -> String {
    one_line(markdown.split("\n\n").next().unwrap_or_default())
}

/// What the page says of an attribute: its description, then its default and whether a change replaces the resource.
/// `default` is one that the schema does not hold.
pub(crate) fn attribute(attribute: &Attribute, default: Option<String>) -> String {
    let text = one_line(attribute.description);
    let written = sentences(&text).filter(|sentence| {
        // The schema decides what is said of replacement, and only what can be set needs advice on setting it.
        let on_replacement = sentence.starts_with("Changing it makes a new ");
        let on_setting = attribute.mode == Mode::Computed && sentence.starts_with("Set this or ");
        !on_replacement && !on_setting
    });
    let mut parts: Vec<String> = written.map(str::to_owned).collect();
    parts.extend(attribute.deprecation.map(|reason| format!("**Deprecated.** {}", one_line(reason))));
    let default = attribute.default.map(|default| literal(&default())).or(default);
    parts.extend(default.map(|default| format!("Default: `{default}`.")));
    match attribute.replace {
        Replace::Never => {}
        Replace::Always | Replace::IfConfigured => {
            parts.push("Changing this replaces the resource.".to_owned())
        }
        Replace::If(_) => parts.push("Some changes of this replace the resource.".to_owned()),
    }
    parts.join(" ")
}

/// What a rule between attributes asks for.
pub(crate) fn rule(rule: Rule) -> String {
    match rule {
        Rule::ExactlyOneOf(names) => format!("Set exactly one of {}.", listed(names)),
        Rule::AtLeastOneOf(names) => format!("Set at least one of {}.", listed(names)),
        Rule::Conflicting(names) => format!("Set at most one of {}.", listed(names)),
        Rule::RequiredTogether(names) => format!("Set all of {} or none.", listed(names)),
        Rule::Requires([first, others @ ..]) => format!("`{first}` needs {} as well.", listed(others)),
        Rule::Requires([]) => String::new(),
        Rule::PreferWriteOnly([stored, other]) => {
            format!("`{stored}` is kept in the state; `{other}` is not, and is to be preferred.")
        }
    }
}

/// A duration as configuration has it: `30m`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds.is_multiple_of(60) { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}

/// The text without line ends.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits after each full stop that a capital letter, a code span or the end follows.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begins = |next: &str| next.starts_with(|c: char| c.is_uppercase() || c == '`');
        let end = rest
            .match_indices(". ")
            .find(|(at, _)| begins(&rest[at + 2..]))
            .map_or(rest.len(), |(at, _)| at + 1);
        let (sentence, after) = rest.split_at(end);
        rest = after.trim_start();
        (!sentence.is_empty()).then_some(sentence)
    })
}

fn listed(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some(_) | None => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_the_next_one_begins() {
        let text = "Kubernetes version, such as `1.33`. AWS's if it is not set. e.g. this. `a` counts.";
        let found: Vec<_> = sentences(text).collect();
        assert_eq!(
            found,
            ["Kubernetes version, such as `1.33`.", "AWS's if it is not set. e.g. this.", "`a` counts."]
        );
    }

    #[test]
    fn rules_name_every_attribute() {
        assert_eq!(rule(Rule::ExactlyOneOf(&["a", "b", "c"])), "Set exactly one of `a`, `b` and `c`.");
        assert_eq!(rule(Rule::RequiredTogether(&["a", "b"])), "Set all of `a` and `b` or none.");
    }

    #[test]
    fn durations_are_minutes_where_they_can_be() {
        assert_eq!(duration(Duration::from_secs(3600)), "60m");
        assert_eq!(duration(Duration::from_secs(90)), "90s");
    }
}
