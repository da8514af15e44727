//! Issuers: by preset or by their URL, and how they may be reached.

use url::Url;

use crate::document::{
    choice::choice,
    form::Form,
    web_url::{gives_secrets_away, is_loopback},
};

choice! {
    /// Issuers that need no URL, and EKS, whose clusters each have one.
    #[schemars(rename = "IssuerPreset")]
    Preset {
        Github = "github",
        Gitlab = "gitlab",
        Buildkite = "buildkite",
        Eks = "eks",
        HcpTerraform = "hcp_terraform",
    }
}

impl Preset {
    /// The issuer of the preset, as its tokens name it; `None` where each user has one of their own.
    pub(super) fn issuer(self) -> Option<&'static str> {
        match self {
            Self::Github => Some("https://token.actions.githubusercontent.com"),
            Self::Gitlab => Some("https://gitlab.com"),
            Self::Buildkite => Some("https://agent.buildkite.com"),
            Self::HcpTerraform => Some("https://app.terraform.io"),
            Self::Eks => None,
        }
    }
}

/// The URL of an issuer.
pub(super) static ISSUER: Form =
    Form::new("^https?://[^ ?#@]+$", RULE).checked(|text| reach(text).is_none().then_some(RULE));
const RULE: &str = "Use an https:// URL without a query, or http:// to this machine.";

/// How something of an issuer may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// From anywhere, over TLS.
    Secure,
    /// From this machine.
    Loopback,
}

/// How a URL may be fetched; `None` if it may not be.
pub(crate) fn reach(text: &str) -> Option<Reach> {
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || !url.has_host() || gives_secrets_away(&url) {
        return None;
    }
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) => Some(Reach::Secure),
        ("http", true) => Some(Reach::Loopback),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_reaches_this_machine_only() {
        assert_eq!(reach("https://gitlab.example.com/"), Some(Reach::Secure));
        assert_eq!(reach("http://127.0.0.1:8080"), Some(Reach::Loopback));
        assert_eq!(reach("http://[::1]/x"), Some(Reach::Loopback));
        for bad in ["http://gitlab.example.com", "http://127.0.0.1.example.com", "ftp://localhost", "x"] {
            assert_eq!(reach(bad), None, "{bad}");
        }
        assert!(!ISSUER.admits("https://user@example.com") && !ISSUER.admits("https://example.com/?x"));
    }
}
