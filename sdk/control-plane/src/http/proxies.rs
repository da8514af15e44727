//! Load balancers in front of the server, and whom they speak for.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks whose word is taken.
#[derive(Debug, Default)]
pub(crate) struct Proxies(Vec<IpNet>);

impl Proxies {
    pub(crate) fn new(networks: &[IpNet]) -> Self {
        Self(networks.to_vec())
    }

    /// Who asks: the peer, or if that is one of the proxies, whom it speaks for. Each proxy adds its own peer at the end, so
    /// the last address that is no proxy's is the one that nobody can make up.
    pub(crate) fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let values = headers.get_all(FORWARDED_FOR).iter();
        let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        let hops = texts.iter().flat_map(|text| text.split(',')).rev();
        let mut client = peer.to_canonical();
        for hop in hops {
            if !self.speaks(client) {
                break;
            }
            let Some(address) = address(hop.trim()) else { break };
            client = address;
        }
        client
    }

    fn speaks(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Reads an address, with or without a port and the brackets that go with it.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare().or_else(with_port).or_else(bracketed).map(|address| address.to_canonical())
}

/// What stands for a client where clients are counted: its address, or the network of 64 bits that an IPv6 address is in, as
/// whoever has one of those has them all.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_of_a_known_proxy_is_taken() {
        let proxies =
            Proxies::new(&["10.0.0.0/8", "2001:db8::1/128"].map(|network| network.parse().unwrap()));
        let client = |peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append(FORWARDED_FOR, value.parse().unwrap());
            }
            proxies.client(&headers, peer.parse().unwrap()).to_string()
        };
        assert_eq!(client("192.0.2.9", &["198.51.100.7"]), "192.0.2.9");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        // What the client has made up stands before what the proxies have added.
        assert_eq!(client("10.0.0.1", &["127.0.0.1, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["127.0.0.1", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("2001:db8::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["nonsense"]), "10.0.0.1");
    }

    #[test]
    fn whoever_has_a_network_is_one() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("10.0.0.7"), "10.0.0.7");
        assert_eq!(network("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
