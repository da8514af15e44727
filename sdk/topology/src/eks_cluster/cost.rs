//! What a cluster costs.

use sparki_aws::Region;

use crate::cost::{Bill, Product, Rise};

/// How AWS supports the version of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    Standard,
    Extended,
}

/// What a plan makes of the cost, by the support for the version before and after.
pub(super) fn rise(region: &Region, before: Option<Support>, after: Support) -> Rise {
    Rise {
        before: before.map(|support| bill(region, support)),
        after: bill(region, after),
        attribute: "version",
        left_out: "machines, logs and what is kept of them",
    }
}

/// The control plane.
pub(super) fn bill(region: &Region, support: Support) -> Bill {
    let product = match support {
        Support::Standard => Product::Cluster,
        Support::Extended => Product::ClusterInExtendedSupport,
    };
    Bill::new().with(region.as_str(), product, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_support_costs_six_times_as_much() {
        let region = "us-east-1".parse().expect("it is a region");
        assert_eq!(bill(&region, Support::Standard).text(), "1 x EKS cluster = 73.00..73.00");
        let extended = bill(&region, Support::Extended).text();
        assert_eq!(extended, "1 x EKS cluster in extended support = 438.00..438.00");
    }
}
