//! URLs that the server calls for somebody.

use std::net::IpAddr;

use url::{Host, Url};

use crate::document::form::Form;

/// A URL to be called: of any host but those that clouds give secrets of the machine away at.
pub(crate) static WEB_URL: Form = Form::new("^https?://[^\\s@]+$", RULE).checked(|text| {
    let Ok(url) = Url::parse(text) else { return Some(RULE) };
    if !url.has_host() {
        return Some(RULE);
    }
    gives_secrets_away(&url).then_some(METADATA)
});
const RULE: &str = "Use a URL that starts with https:// or http:// and has no user and no password in it.";
const METADATA: &str = "Addresses that only this machine's own network knows are not called.";

/// Whether a URL leads back to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a URL leads to where clouds give the secrets of a machine away.
pub(crate) fn gives_secrets_away(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_metadata(name),
        Some(Host::Ipv4(address)) => is_kept_back(address.into()),
        Some(Host::Ipv6(address)) => is_kept_back(IpAddr::V6(address).to_canonical()),
        None => false,
    }
}

fn is_metadata(name: &str) -> bool {
    ["metadata", "metadata.google.internal", "instance-data"].contains(&name.trim_end_matches('.'))
}

/// Whether an address is one that clouds give the secrets of a machine away at, or one like it.
pub(crate) fn is_kept_back(address: IpAddr) -> bool {
    match address {
        // 100.100.100.200 is where Alibaba Cloud keeps what others have at 169.254.169.254.
        IpAddr::V4(address) => {
            address.is_link_local() || address.is_unspecified() || address.octets() == [100, 100, 100, 200]
        }
        // fd00:ec2::254 is where AWS keeps what 169.254.169.254 has.
        IpAddr::V6(address) => {
            address.is_unicast_link_local()
                || address.is_unspecified()
                || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_keep_their_secrets() {
        for good in [
            "https://deploy.example.com/hook",
            "http://10.0.0.7:8080/",
            "http://localhost:1/",
            "http://[::1]/",
        ] {
            assert!(WEB_URL.admits(good), "{good}");
        }
        for bad in [
            "ftp://example.com/",
            "https://user:password@example.com/",
            "http://169.254.169.254/latest/meta-data",
            "http://2852039166/latest",
            "http://100.100.100.200/latest",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://metadata.google.internal/",
            "http://0.0.0.0/",
            "https://",
        ] {
            assert!(!WEB_URL.admits(bad), "{bad}");
        }
    }
}
