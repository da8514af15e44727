//! What a key costs.

use super::KmsKeyModel;
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost.
pub(super) fn rise(prior: Option<&KmsKeyModel>, planned: &KmsKeyModel) -> Rise {
    Rise {
        before: prior.map(bill),
        after: bill(planned),
        attribute: "regions",
        left_out: "requests, and the first two rotations, which add as much again in each region",
    }
}

/// AWS charges for the primary and every replica.
pub(super) fn bill(key: &KmsKeyModel) -> Bill {
    let regions = key.regions.known().into_iter().flatten();
    regions.fold(Bill::new(), |bill, region| bill.with(region.as_str(), Product::Key, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_costs_in_each_of_its_regions() {
        let regions = ["us-east-1", "eu-west-3"].map(|region| region.parse().expect("it is a region"));
        let key = KmsKeyModel::new("shop", regions.to_vec());
        assert_eq!(bill(&key).text(), "1 x KMS key in a region, 1 x KMS key in a region = 2.00..2.00");
    }
}
