//! Templates of paths: `/clusters/{name}/node-groups/{nodegroupName}`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// What the labels of a template stand for in a path, if the path is of this form.
pub(super) fn labels(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (template, _) = template.split_once('?').unwrap_or((template, ""));
    let (wanted, found) = (template.trim_matches('/').split('/'), path.trim_matches('/').split('/'));
    if wanted.clone().count() != found.clone().count() {
        return None;
    }
    let mut labels = BTreeMap::new();
    for (wanted, found) in wanted.zip(found) {
        let found = percent_decode_str(found).decode_utf8().ok()?.into_owned();
        match wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}')) {
            Some(label) if found.is_empty() => {
                debug_assert!(!label.is_empty(), "labels have names");
                return None;
            }
            Some(label) => {
                labels.insert(label.to_owned(), found);
            }
            None if wanted == found => {}
            None => return None,
        }
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_labels(template: &str, path: &str, expected: Option<&[(&str, &str)]>) {
        let expected = expected.map(|pairs| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        });
        assert_eq!(labels(template, path), expected);
    }

    #[test]
    fn labels_are_read_from_the_path() {
        check_labels("/clusters", "/clusters", Some(&[]));
        check_labels("/clusters/{name}/updates", "/clusters/main/updates", Some(&[("name", "main")]));
    }

    #[test]
    fn an_escaped_slash_belongs_to_the_label() {
        let arn = "arn:aws:iam::1:role/ops";
        check_labels("/tags/{arn}", "/tags/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fops", Some(&[("arn", arn)]));
    }

    #[test]
    fn another_path_is_none_of_this_form() {
        check_labels("/clusters/{name}", "/clusters", None);
        check_labels("/clusters/{name}", "/clusters/", None);
        check_labels("/clusters/{name}/updates", "/clusters/main/addons", None);
    }
}
