//! What is worth knowing about a trust that is valid and wide.

use std::collections::BTreeMap;

const WIDE: &str = "Any branch, tag and pull request of any repository that the subject matches may become this service \
                    account. Name one repository and one ref: repo:acme/web:ref:refs/heads/main.";
const ANY_REF: &str = "Any branch, tag and pull request of the repository may become this service account. Name one ref or \
                       environment: repo:acme/web:ref:refs/heads/main.";

/// What a subject of GitHub Actions leaves open. What claims pin down is not open.
pub(super) fn of_github(subject: &str, claims: &BTreeMap<String, String>) -> Vec<&'static str> {
    let is_fixed = |name: &str| claims.get(name).is_some_and(|glob| !glob.contains(['*', '?']));
    let (repository, rest) = match subject.strip_prefix("repo:").map(|rest| rest.split_once(':')) {
        Some(Some((repository, rest))) => (repository, rest),
        Some(None) | None => ("*", "*"),
    };
    let has_repository =
        (repository.contains('/') && !repository.contains(['*', '?'])) || is_fixed("repository");
    let has_ref = rest.trim_start_matches("ref:").starts_with(|c| c != '*' && c != '?') || is_fixed("ref");
    match (has_repository, has_ref) {
        (true, true) => Vec::new(),
        (true, false) => vec![ANY_REF],
        (false, _) => vec![WIDE],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subject: &str, claims: &[(&str, &str)], expected: &[&str]) {
        let claims = claims.iter().map(|(name, glob)| ((*name).to_owned(), (*glob).to_owned())).collect();
        assert_eq!(of_github(subject, &claims), expected, "{subject}");
    }

    #[test]
    fn a_subject_without_a_repository_or_ref_is_wide() {
        check("repo:acme/web:ref:refs/heads/main", &[], &[]);
        check("repo:acme/web:environment:production", &[], &[]);
        check("repo:acme/web:ref:refs/tags/v*", &[], &[]);
        check("repo:acme/web:*", &[], &[ANY_REF]);
        check("repo:acme/web:ref:*", &[], &[ANY_REF]);
        check("repo:acme/*:ref:refs/heads/main", &[], &[WIDE]);
        check("repo:acme/web*", &[], &[WIDE]);
        check("repo:acme/*", &[("repository", "acme/web"), ("ref", "refs/heads/main")], &[]);
        check("repo:acme/web:*", &[("ref", "refs/heads/*")], &[ANY_REF]);
    }
}
