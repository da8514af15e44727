//! What a load balancer costs.

use sparki_aws::Region;

use super::{BalancerType, LoadBalancerModel, Scheme};
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost.
pub(super) fn rise(region: &Region, prior: Option<&LoadBalancerModel>, planned: &LoadBalancerModel) -> Rise {
    Rise {
        before: prior.map(|prior| bill(region, prior)),
        after: bill(region, planned),
        attribute: if prior.is_none() { "type" } else { "subnet_ids" },
        left_out: "its capacity units, which AWS counts by what passes through it, and logs",
    }
}

/// The load balancer itself, and its public addresses: one in each subnet.
pub(super) fn bill(region: &Region, balancer: &LoadBalancerModel) -> Bill {
    let product = match balancer.kind() {
        BalancerType::Application => Product::ApplicationLoadBalancer,
        BalancerType::Network => Product::NetworkLoadBalancer,
    };
    let addresses = match balancer.scheme.known() {
        Some(Scheme::InternetFacing) => {
            balancer.subnet_ids.known().map_or(0, std::collections::BTreeSet::len)
        }
        Some(Scheme::Internal) | None => 0,
    };
    let addresses = u64::try_from(addresses).unwrap_or(u64::MAX);
    Bill::new().with(region.as_str(), product, 1).with(region.as_str(), Product::PublicAddress, addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_cost_besides_the_balancer() {
        let region = "us-east-1".parse().expect("it is a region");
        let subnets = ["subnet-1", "subnet-2"].map(str::to_owned);
        let balancer = LoadBalancerModel::new("shop", std::collections::BTreeSet::from(subnets));
        let internal = balancer.clone().scheme(Scheme::Internal);
        assert_eq!(bill(&region, &internal).text(), "1 x application load balancer = 16.43..16.43");
        assert_eq!(
            bill(&region, &balancer.scheme(Scheme::InternetFacing)).text(),
            "2 x public IPv4 address, 1 x application load balancer = 23.73..23.73"
        );
    }
}
