//! Networks, and whether a request comes from one of them.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{document::form::Form, http::correlation};

/// Whether requests from an address are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Admitted,
    Barred,
}

impl Network {
    /// Whether the request being answered comes from one of `allowed`; from anywhere if there are none. What is no request,
    /// such as work in the background, comes from here.
    pub(crate) fn of_request<'a>(allowed: impl IntoIterator<Item = &'a str>) -> Self {
        match correlation::current().map(|origin| origin.ip_address) {
            Some(address) => Self::of(address, allowed),
            None => Self::Admitted,
        }
    }

    fn of<'a>(address: IpAddr, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        // A server that listens on both families sees IPv4 addresses dressed as IPv6 ones.
        let address = address.to_canonical();
        let mut allowed = allowed.into_iter().peekable();
        if allowed.peek().is_none()
            || allowed.any(|text| parse(text).is_some_and(|network| network.contains(&address)))
        {
            Self::Admitted
        } else {
            Self::Barred
        }
    }
}

/// Reads a network such as `10.0.0.0/8`.
fn parse(text: &str) -> Option<IpNet> {
    text.parse().ok()
}

/// A network.
pub(crate) static NETWORK: Form =
    Form::new("^[0-9A-Fa-f:.]+/[0-9]{1,3}$", RULE).checked(|text| parse(text).is_none().then_some(RULE));
const RULE: &str = "Use the address of a network and its length, such as 10.0.0.0/8.";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, allowed: &[&str], expected: Network) {
        assert_eq!(Network::of(address.parse().unwrap(), allowed.iter().copied()), expected, "{address}");
    }

    #[test]
    fn a_request_comes_from_one_of_the_networks_or_is_barred() {
        check("10.1.2.3", &[], Network::Admitted);
        check("10.1.2.3", &["192.0.2.0/24", "10.0.0.0/8"], Network::Admitted);
        check("11.1.2.3", &["10.0.0.0/8"], Network::Barred);
        check("::ffff:10.1.2.3", &["10.0.0.0/8"], Network::Admitted);
        check("2001:db8::1", &["2001:db8::/32"], Network::Admitted);
        check("2001:db8::1", &["10.0.0.0/8", "nonsense"], Network::Barred);
    }

    #[test]
    fn networks_are_told_by_their_form() {
        assert!(NETWORK.admits("10.0.0.0/8") && NETWORK.admits("::/0"));
        for bad in ["10.0.0.0", "10.0.0.0/33", "x/8", ""] {
            assert!(!NETWORK.admits(bad), "{bad}");
        }
    }
}
