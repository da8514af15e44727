//! Pages of lists.

/// A page of what comes after `marker`, and the marker of the next one if there is more. The marker is the last key of
/// a page, so what is removed or added meanwhile neither repeats nor hides anything else.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = (String, T)>,
    marker: Option<&str>,
    size: usize,
) -> (Vec<T>, Option<String>) {
    let mut rest = items
        .into_iter()
        .skip_while(|(key, _)| marker.is_some_and(|marker| key.as_str() <= marker))
        .peekable();
    let mut found = Vec::new();
    let mut last = None;
    while found.len() < size
        && let Some((key, item)) = rest.next()
    {
        found.push(item);
        last = Some(key);
    }
    (found, last.filter(|_| rest.peek().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_page(marker: Option<&str>, size: usize, expected: (&[u8], Option<&str>)) {
        let items = [("a", 1), ("b", 2), ("c", 3)].map(|(key, item)| (key.to_owned(), item));
        let (found, next) = page(items, marker, size);
        assert_eq!((found.as_slice(), next.as_deref()), expected);
    }

    #[test]
    fn a_page_ends_where_the_next_one_begins() {
        check_page(None, 2, (&[1, 2], Some("b")));
        check_page(Some("b"), 2, (&[3], None));
        check_page(None, 3, (&[1, 2, 3], None));
    }

    #[test]
    fn a_page_begins_after_its_marker_even_if_that_is_gone() {
        check_page(Some("aa"), 1, (&[2], Some("b")));
    }
}
