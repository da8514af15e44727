//! Keeping secrets out of what scripts say.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, BuildError};

/// What stands in the place of a secret.
const MASK: &[u8] = b"***";
/// The lines of a secret of several lines are secrets too, unless they are as short as `{` or `--`.
const SHORTEST_LINE: usize = 4;

/// Finds secrets in texts. What a script makes of a secret, such as its base64, it does not find.
#[derive(Debug)]
pub(super) struct Mask {
    patterns: Option<AhoCorasick>,
    /// Length of the longest secret, in bytes.
    longest: usize,
}

impl Mask {
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Result<Self, BuildError> {
        let mut texts: BTreeSet<&str> = BTreeSet::new();
        for secret in secrets {
            // A shell that prints a secret may leave out the line break at its end.
            texts.insert(secret.trim());
            let lines = secret.lines().map(str::trim);
            texts.extend(lines.filter(|line| line.len() >= SHORTEST_LINE));
        }
        texts.remove("");
        let longest = texts.iter().map(|text| text.len()).max().unwrap_or_default();
        let patterns = if texts.is_empty() { None } else { Some(AhoCorasick::new(&texts)?) };
        Ok(Self { patterns, longest })
    }

    /// How much has to be known of a text whose first `length` bytes are to be shown: a secret may begin in them and end
    /// behind them.
    pub(super) fn reach(&self, length: usize) -> usize {
        length + self.longest
    }

    /// The first `length` bytes of a text, with a mask in the place of every secret that begins in them.
    pub(super) fn cover(&self, text: &[u8], length: usize) -> Vec<u8> {
        let mut covered = Vec::new();
        let mut at = 0;
        for (begin, end) in self.found(text) {
            if begin >= length {
                break;
            }
            covered.extend_from_slice(&text[at..begin]);
            covered.extend_from_slice(MASK);
            at = end;
        }
        covered.extend_from_slice(text.get(at..length.min(text.len())).unwrap_or_default());
        covered
    }

    /// Where secrets are, as ranges that do not touch; secrets may overlap.
    fn found(&self, text: &[u8]) -> Vec<(usize, usize)> {
        let Some(patterns) = &self.patterns else { return Vec::new() };
        let mut found: Vec<(usize, usize)> =
            patterns.find_overlapping_iter(text).map(|found| (found.start(), found.end())).collect();
        found.sort_unstable();
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for (begin, end) in found {
            match ranges.last_mut() {
                Some(last) if begin < last.1 => last.1 = last.1.max(end),
                Some(_) | None => ranges.push((begin, end)),
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_mask(secrets: &[&str], text: &str, expected: &str) {
        let mask = Mask::new(secrets.iter().copied()).unwrap();
        assert_eq!(String::from_utf8(mask.cover(text.as_bytes(), text.len())).unwrap(), expected);
    }

    #[test]
    fn every_secret_is_covered_wherever_it_stands() {
        check_mask(&[], "nothing to hide", "nothing to hide");
        check_mask(&["hunter2"], "hunter2 a hunter2hunter2.", "*** a ******.");
        check_mask(&["x"], "axb", "a***b");
        check_mask(&["hunter2\n"], "echo hunter2", "echo ***");
    }

    #[test]
    fn secrets_that_overlap_leave_nothing_of_each_other() {
        check_mask(&["abcd", "cdef"], "-abcdef-", "-***-");
        check_mask(&["abc", "abcdef"], "abcdef abc", "*** ***");
    }

    #[test]
    fn a_secret_of_several_lines_is_covered_line_by_line() {
        let key = "-----BEGIN KEY-----\nMIIEvQ\n}\n";
        check_mask(&[key], "1: -----BEGIN KEY-----\n2: MIIEvQ\n3: }", "1: ***\n2: ***\n3: }");
    }

    #[test]
    fn a_secret_that_ends_behind_what_is_shown_is_covered_as_well() {
        let mask = Mask::new(["hunter2"].into_iter()).unwrap();
        assert_eq!(mask.reach(10), 17);
        assert_eq!(mask.cover(b"my hunter2 is hunter2", 6), b"my ***");
        assert_eq!(mask.cover(b"my hunter2 is hun", 12), b"my *** i");
    }
}
