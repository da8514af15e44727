//! The base URL of a control plane.

use std::fmt;

use url::{Host, Url};

use crate::credentials::ConfigError;

/// Where the control plane is reached: scheme, host, port and base path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Sparki's own control plane.
    pub const DEFAULT: &'static str = "https://api.sparki.io/api/v1";

    /// Parses a base URL. `/api/v1` is appended when the URL has no path.
    ///
    /// # Errors
    ///
    /// Fails unless the URL is `https`, or `http` to a loopback host (127.0.0.0/8, `::1`, `localhost`), and
    /// carries neither user name, password, query nor fragment.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let fail = |reason: &str| ConfigError::Endpoint { reason: reason.to_owned() };
        let mut url = Url::parse(text.trim()).map_err(|error| fail(&format!("it is not a URL ({error})")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fail("it carries credentials; give them as \"api_key\", \"token\" or \"client_id\""));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fail("it carries a query or a fragment"));
        }
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(fail("plain http is accepted to a loopback host only; use https")),
            _ => return Err(fail("it does not begin with https://")),
        }
        let path = match url.path().trim_end_matches('/') {
            "" => "/api/v1".to_owned(),
            path => path.to_owned(),
        };
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Returns the base URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the endpoint is on this machine and therefore may be plain `http`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether requests travel in plain text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    pub(crate) fn host(&self) -> Option<Host<&str>> {
        self.0.host()
    }

    /// The host if it is a name, and not an address.
    pub(crate) fn domain(&self) -> Option<&str> {
        self.0.domain()
    }

    /// The host and port, by which the circuit breaker tells endpoints apart.
    pub(crate) fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        format!("{host}:{}", self.0.port_or_known_default().unwrap_or_default())
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_endpoint(text: &str, expected: &str) {
        let seen = match Endpoint::parse(text) {
            Ok(endpoint) => endpoint.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_base_path_is_appended_when_there_is_none() {
        check_endpoint("https://api.sparki.io", "https://api.sparki.io/api/v1");
        check_endpoint("https://api.sparki.io/", "https://api.sparki.io/api/v1");
        check_endpoint("https://eu.example.com/sparki/", "https://eu.example.com/sparki");
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        check_endpoint("http://127.8.0.1:8080", "http://127.8.0.1:8080/api/v1");
        check_endpoint("http://[::1]:8080", "http://[::1]:8080/api/v1");
        check_endpoint("http://localhost:8080", "http://localhost:8080/api/v1");
        let refused = "invalid endpoint: plain http is accepted to a loopback host only; use https";
        check_endpoint("http://api.sparki.io", refused);
        check_endpoint("http://localhost.example.com", refused);
        check_endpoint("http://127.0.0.1.example.com", refused);
        check_endpoint("http://0.0.0.0:8080", refused);
    }

    #[test]
    fn anything_but_a_plain_base_url_is_refused() {
        check_endpoint(
            "https://user:hunter2@api.sparki.io",
            "invalid endpoint: it carries credentials; give them as \"api_key\", \"token\" or \"client_id\"",
        );
        check_endpoint(
            "https://api.sparki.io/?key=hunter2",
            "invalid endpoint: it carries a query or a fragment",
        );
        check_endpoint("ftp://api.sparki.io", "invalid endpoint: it does not begin with https://");
        check_endpoint("api.sparki.io", "invalid endpoint: it is not a URL (relative URL without a base)");
    }
}
