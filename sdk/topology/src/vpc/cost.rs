//! What a VPC costs.

use sparki_aws::Region;

use super::VpcModel;
use super::endpoints::ROUTED;
use super::quota::addresses;
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost.
pub(super) fn rise(region: &Region, prior: Option<&VpcModel>, planned: &VpcModel) -> Rise {
    let attribute = match prior {
        Some(prior) if prior.nat == planned.nat && prior.endpoints == planned.endpoints => {
            "availability_zone_count"
        }
        Some(prior) if prior.nat == planned.nat => "endpoints",
        Some(_) | None => "nat",
    };
    Rise {
        before: prior.map(|prior| bill(region, prior)),
        after: bill(region, planned),
        attribute,
        left_out: "what passes through gateways and endpoints, and flow logs",
    }
}

/// NAT gateways with their addresses, and endpoints that are machines, of which there is one in each zone.
pub(super) fn bill(region: &Region, vpc: &VpcModel) -> Bill {
    let region = region.as_str();
    let gateways = addresses(vpc);
    let zones = vpc.availability_zone_count.known().copied().map_or(0, u64::from);
    let endpoints = vpc.endpoints.known().into_iter().flatten();
    let endpoints = endpoints.filter(|service| !ROUTED.contains(&service.as_str())).count();
    let endpoints = u64::try_from(endpoints).unwrap_or(u64::MAX);
    Bill::new()
        .with(region, Product::NatGateway, gateways)
        .with(region, Product::PublicAddress, gateways)
        .with(region, Product::Endpoint, endpoints.saturating_mul(zones))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vpc::Nat;

    fn vpc(nat: Nat, zones: u32, endpoints: &[&str]) -> VpcModel {
        let endpoints: std::collections::BTreeSet<_> = endpoints.iter().map(|it| (*it).to_owned()).collect();
        VpcModel::new("main", "10.0.0.0/16").nat(nat).availability_zone_count(zones).endpoints(endpoints)
    }

    fn check(region: &str, vpc: &VpcModel) -> String {
        bill(&region.parse().expect("it is a region"), vpc).text()
    }

    #[test]
    fn gateways_and_machines_of_endpoints_cost_and_routes_do_not() {
        assert_eq!(check("us-east-1", &vpc(Nat::None, 3, &["s3", "dynamodb"])), " = 0.00..0.00");
        assert_eq!(
            check("us-east-1", &vpc(Nat::Single, 3, &["s3"])),
            "1 x NAT gateway, 1 x public IPv4 address = 36.50..36.50"
        );
        assert_eq!(
            check("us-east-1", &vpc(Nat::PerZone, 3, &["s3", "sts", "ecr.api"])),
            "3 x NAT gateway, 3 x public IPv4 address, 6 x interface endpoint in a zone = 153.30..153.30"
        );
        assert_eq!(
            check("eu-west-1", &vpc(Nat::Single, 2, &["sts"])),
            "1 x NAT gateway, 1 x public IPv4 address = 38.69..38.69, not known: interface endpoint in a zone in eu-west-1"
        );
    }

    #[test]
    fn the_attribute_that_changes_is_named() {
        let region = "us-east-1".parse().expect("it is a region");
        let prior = vpc(Nat::Single, 2, &["s3"]);
        let check = |planned: &VpcModel| rise(&region, Some(&prior), planned).attribute;
        assert_eq!(check(&vpc(Nat::PerZone, 2, &["s3"])), "nat");
        assert_eq!(check(&vpc(Nat::Single, 2, &["s3", "sts"])), "endpoints");
        assert_eq!(check(&vpc(Nat::Single, 3, &["s3"])), "availability_zone_count");
        assert_eq!(rise(&region, None, &prior).attribute, "nat");
    }
}
