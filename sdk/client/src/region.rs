//! Which regions are of one control plane.

use crate::endpoint::Endpoint;

/// Whether a host that an endpoint names belongs to whoever runs the endpoint: it is the same host, or of the same
/// domain as somebody registered it (`eu.example.co.uk` and `example.co.uk`, but not two of `co.uk` or of `github.io`).
pub(crate) fn are_of_one(endpoint: &Endpoint, named: &Endpoint) -> bool {
    if endpoint.host() == named.host() {
        return true;
    }
    let (Some(own), Some(other)) = (endpoint.domain(), named.domain()) else { return false };
    let registered = |domain| psl::domain_str(domain);
    registered(own).is_some_and(|own| Some(own) == registered(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_regions(endpoint: &str, named: &str, expected: bool) {
        let parse = |host: &str| Endpoint::parse(&format!("https://{host}")).unwrap();
        assert_eq!(are_of_one(&parse(endpoint), &parse(named)), expected, "{endpoint} {named}");
    }

    #[test]
    fn regions_have_a_host_or_a_registered_domain_in_common() {
        check_regions("api.sparki.io", "api.sparki.io:8443", true);
        check_regions("api.sparki.io", "eu.api.sparki.io", true);
        check_regions("eu.sparki.example.co.uk", "EXAMPLE.co.uk", true);
        check_regions("sparki.internal", "eu.sparki.internal", true);
        check_regions("10.0.0.1", "10.0.0.1:8443", true);
        check_regions("[::1]", "[::1]:8443", true);
    }

    #[test]
    fn neighbours_under_a_public_suffix_are_strangers() {
        check_regions("api.sparki.io", "api.sparki.io.example.com", false);
        check_regions("api.sparki.io", "evil.io", false);
        check_regions("sparki.co.uk", "evil.co.uk", false);
        check_regions("sparki.github.io", "evil.github.io", false);
        check_regions("10.0.0.1", "11.0.0.1", false);
        check_regions("api.sparki.io", "10.0.0.1", false);
        check_regions("sparki", "evil", false);
    }
}
