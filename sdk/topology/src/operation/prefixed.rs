//! Names of which only the beginning is given.

use sparki_aws::Nonce;
use sparki_core::Value;

/// The name of an object that is to have a prefix, in small letters and digits after it. The rest comes from the attempt
/// to make it, so that a process that takes the attempt up finds what an earlier one has made.
pub(crate) fn prefixed(prefix: &str, attempt: &Nonce) -> String {
    const REST: usize = 12;
    let letters: Vec<char> = attempt.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let rest: String = letters[letters.len().saturating_sub(REST)..].iter().collect();
    format!("{prefix}{}", rest.to_ascii_lowercase())
}

/// Whether the name of an object lacks the prefix that is wanted now. One that has it stays, so that an imported object
/// can be given a prefix.
pub(crate) fn lacks_prefix(wanted: &Value<String>, name: &Value<String>) -> bool {
    wanted.known().zip(name.known()).is_some_and(|(prefix, name)| !name.starts_with(prefix))
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

    #[test]
    fn a_name_with_the_prefix_stays() {
        let check = |prefix: Value<String>| lacks_prefix(&prefix, &"workers-1".into());
        assert!(check("nodes-".into()));
        assert!(!check("workers-".into()) && !check(Value::Null) && !check(Value::unknown()));
    }
}
