//! The signature of what is sent: `Sparki-Signature: t=<seconds>,v1=<hex>`.
//!
//! `v1` is the HMAC-SHA256, with the secret as its key, of the seconds since 1970, a dot and the body. Whoever receives
//! it compares in constant time and refuses times that are more than some minutes away, so that nothing old can be
//! sent again.

use aws_lc_rs::hmac;

use crate::document::canonical;

pub(crate) fn sign(secret: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", canonical::hex(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_the_time_and_the_body() {
        // printf '1767225600.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let expected = "t=1767225600,v1=99902517b3069f78750aa0520b0493482454c2d30a579c7acc839f3363ca1b88";
        assert_eq!(sign("0123456789abcdef", 1_767_225_600, "{}"), expected);
        assert_ne!(sign("0123456789abcdef", 1_767_225_601, "{}"), expected);
        assert_ne!(sign("0123456789abcdeg", 1_767_225_600, "{}")[13..], expected[13..]);
    }
}
