//! A strict reader of OpenMetrics text: what it takes, Prometheus takes.

use std::collections::{BTreeMap, BTreeSet};

/// Labels by name.
pub(crate) type Labels = BTreeMap<String, String>;

/// The samples of all families, by name and labels.
#[derive(Debug, Default)]
pub(crate) struct Samples(BTreeMap<(String, Labels), f64>);

#[derive(Debug, Default)]
struct Family {
    name: String,
    kind: String,
}

impl Samples {
    /// Reads a whole text.
    ///
    /// # Panics
    ///
    /// At the first line that is against the rules.
    pub(crate) fn read(text: &str) -> Self {
        let body = text.strip_suffix("# EOF\n").expect("the text ends with # EOF");
        let (mut samples, mut family, mut known) = (Self::default(), Family::default(), BTreeSet::new());
        for line in body.lines() {
            match line.strip_prefix("# ") {
                Some(comment) => family.describe(comment, &mut known),
                None => {
                    let (name, labels, value) = sample(line);
                    assert!(family.owns(&name), "{line} is not of the family {family:?}");
                    assert!(samples.0.insert((name, labels), value).is_none(), "{line} is there twice");
                }
            }
        }
        samples.check_histograms();
        samples
    }

    pub(crate) fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.0.get(&(name.to_owned(), labels)).copied()
    }

    /// Every value that any label has.
    pub(crate) fn label_values(&self) -> impl Iterator<Item = &str> {
        self.0.keys().flat_map(|(_, labels)| labels.values()).map(String::as_str)
    }

    /// Buckets add up, and the last one holds everything.
    fn check_histograms(&self) {
        let mut buckets: BTreeMap<(&str, Labels), Vec<(f64, f64)>> = BTreeMap::new();
        for ((name, labels), count) in &self.0 {
            let (Some(family), Some(bound)) = (name.strip_suffix("_bucket"), labels.get("le")) else {
                continue;
            };
            let mut labels = labels.clone();
            labels.remove("le");
            buckets.entry((family, labels)).or_default().push((number(bound), *count));
        }
        for ((family, labels), mut counts) in buckets {
            counts.sort_by(|one, other| one.0.total_cmp(&other.0));
            assert!(counts.is_sorted_by_key(|(_, count)| *count), "{family}: {counts:?} do not add up");
            let (bound, last) = *counts.last().unwrap();
            assert!(bound.is_infinite(), "{family} has no last bucket");
            let of = |suffix: &str| self.0.get(&(format!("{family}{suffix}"), labels.clone()));
            assert_eq!(of("_count"), Some(&last), "{family}");
            assert!(of("_sum").is_some(), "{family} has no sum");
        }
    }
}

impl Family {
    fn describe(&mut self, comment: &str, known: &mut BTreeSet<String>) {
        let mut words = comment.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_else(|| panic!("{comment} says too little"));
        let (what, name, text) = (word(), word(), word());
        if self.name != name {
            assert!(known.insert(name.to_owned()), "{name} is in two places");
            *self = Self { name: name.to_owned(), kind: String::new() };
        }
        match what {
            "HELP" => {}
            "TYPE" => text.clone_into(&mut self.kind),
            "UNIT" => assert!(name.ends_with(&format!("_{text}")), "{name} does not end in its unit"),
            other => panic!("{other} is no comment"),
        }
    }

    fn owns(&self, sample: &str) -> bool {
        let suffixes: &[&str] = match self.kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[],
        };
        sample.strip_prefix(&self.name).is_some_and(|suffix| suffixes.contains(&suffix))
    }
}

fn sample(line: &str) -> (String, Labels, f64) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("{line} has no value"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{name} is no name");
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, after) = rest.split_once("=\"").expect("a label has a value");
            assert!(is_name(label), "{label} is no name");
            let (value, after) = quoted(after);
            assert!(labels.insert(label.to_owned(), value).is_none(), "{label} is there twice in {line}");
            match after.split_at(1) {
                (",", after) => rest = after,
                ("}", after) => {
                    rest = after;
                    break;
                }
                (other, _) => panic!("{other:?} is between labels in {line}"),
            }
        }
    }
    (name.to_owned(), labels, number(rest.strip_prefix(' ').expect("a space is before the value")))
}

/// The text up to the closing quote, and what comes after that.
fn quoted(text: &str) -> (String, &str) {
    let (mut value, mut characters) = (String::new(), text.char_indices());
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return (value, &text[place + 1..]),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                other => panic!("{other:?} is no escape"),
            },
            other => value.push(other),
        }
    }
    panic!("{text} does not end");
}

fn is_name(text: &str) -> bool {
    let is_first = |character: char| character.is_ascii_alphabetic() || character == '_';
    text.starts_with(is_first)
        && text.chars().all(|character| is_first(character) || character.is_ascii_digit())
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        _ => text.parse().unwrap_or_else(|_| panic!("{text} is no number")),
    }
}
