//! Keeps secrets out of the log by the names of the fields that hold them.
//!
//! The second line of defence: secrets are `Secret<T>`, which prints no value. This one catches a plain string that
//! was logged under a telling name.

/// What stands in for a value.
pub const REDACTED: &str = "***";

/// Parts of names, in lower case and without separators.
const TELLING: [&str; 7] = ["token", "apikey", "secret", "password", "passwd", "authorization", "privatekey"];

/// Whether a field of this name may hold a secret.
#[must_use]
pub fn is_telling(field: &str) -> bool {
    let name: String =
        field.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    TELLING.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_however_they_are_written() {
        for name in ["token", "api_key", "apiKey", "X-Api-Key", "client_secret", "Authorization", "PASSWORD"]
        {
            assert!(is_telling(name), "{name}");
        }
        for name in ["tf_rpc", "name", "key", "author"] {
            assert!(!is_telling(name), "{name}");
        }
    }
}
