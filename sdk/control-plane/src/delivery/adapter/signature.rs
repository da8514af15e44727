//! Signatures of calls: whoever is called can tell that it is this server, and that it is now.

use aws_lc_rs::hmac;

use crate::{document::canonical::hex, settings::Secret};

/// The value of `Sparki-Signature`: `t=<Unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hexadecimal>`.
pub(super) fn sign(secret: &Secret, unix_seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let tag = hmac::sign(&key, format!("{unix_seconds}.{body}").as_bytes());
    format!("t={unix_seconds},v1={}", hex(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_the_time_and_the_body() {
        // printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac s3cr3t
        let expected = "t=1767225600,v1=16aab8af5ff008fa42a186fcf0a919e21fe6044888f18a20b242f62a988a57e7";
        assert_eq!(sign(&Secret::new("s3cr3t"), 1_767_225_600, r#"{"a":1}"#), expected);
    }
}
