//! Names of which only the beginning is given.

use sparki_aws::Nonce;

/// The name of an object that is to have a prefix, in small letters and digits after it. The rest comes from the attempt
/// to make it, so that a process that takes the attempt up finds what an earlier one has made.
pub(crate) fn prefixed(prefix: &str, attempt: &Nonce) -> String {
    const REST: usize = 12;
    let letters: Vec<char> = attempt.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let rest: String = letters[letters.len().saturating_sub(REST)..].iter().collect();
    format!("{prefix}{}", rest.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_name_comes_from_the_attempt() {
        let attempt = Nonce::new("ffffffff-0123456789AB");
        assert_eq!(prefixed("workers-", &attempt), "workers-0123456789ab");
        assert_eq!(prefixed("workers-", &Nonce::new("n-1")), "workers-n1");
    }
}
