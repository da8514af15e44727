//! Errors and what caused them.

use std::error::Error;

/// An error and every error underneath it, from the outside in.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The texts of a chain, each told once, and only the first line of each: AWS's answer to a wrong signature goes on
/// with the request that was signed, session token included.
pub(crate) fn told(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for error in chain(error) {
        let message = error.to_string();
        let message = first_line(&message);
        if message.is_empty() || text.contains(message) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(message);
    }
    text
}

/// The first line of a text.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
