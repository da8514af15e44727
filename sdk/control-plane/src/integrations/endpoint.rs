//! URLs that the control plane sends to.

use url::Url;

use crate::document::{
    Fields,
    form::Form,
    web_url::{gives_secrets_away, is_loopback},
};

const LONGEST: usize = 2048;
const RULE: &str = "Use a URL that starts with https://, without a user, a password and a fragment; http:// is for this machine only.";
static ENDPOINT: Form = Form::new("^https?://[^/?#@]", RULE).checked(problem);

/// Reads a URL that may be sent to.
pub(super) fn required(fields: &mut Fields<'_>, name: &str) -> String {
    fields.required_text_in(name, LONGEST, &ENDPOINT)
}

/// Reads a URL that may be sent to, or stands in a default.
pub(super) fn read_or(fields: &mut Fields<'_>, name: &str, default: &str) -> String {
    fields.text_in_or(name, LONGEST, &ENDPOINT, default)
}

/// Reports a secret that is a URL of the wrong form. The URL is not in the report.
pub(super) fn check_secret(fields: &mut Fields<'_>, name: &str, url: &str) {
    if let Some(problem) = ENDPOINT.problem(url) {
        fields.error(name, "format", problem);
    }
}

fn problem(url: &str) -> Option<&'static str> {
    (!is_endpoint(url)).then_some(RULE)
}

fn is_endpoint(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_open = url.has_host() && !gives_secrets_away(&url);
    is_plain && is_open && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "https://example.com/hook?x=1",
            "http://127.0.0.1:8080/",
            "http://localhost/x",
            "http://[::1]:1/x",
        ] {
            assert!(ENDPOINT.admits(good), "{good}");
        }
        for bad in [
            "http://example.com/hook",
            "http://10.0.0.1/",
            "http://localhost.example.com/",
            "https://jane:hunter2@example.com/",
            "https://example.com/#top",
            "ftp://127.0.0.1/",
            "https://169.254.169.254/latest",
            "https://",
            "hook",
        ] {
            assert!(!ENDPOINT.admits(bad), "{bad}");
        }
    }
}
