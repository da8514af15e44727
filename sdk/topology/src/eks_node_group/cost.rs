//! What a node group costs.

use sparki_aws::Region;

use super::{CapacityType, EksNodeGroupModel};
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost.
pub(super) fn rise(region: &Region, prior: Option<&EksNodeGroupModel>, planned: &EksNodeGroupModel) -> Rise {
    Rise {
        before: prior.map(|prior| bill(region, prior)),
        after: bill(region, planned),
        attribute: if prior.is_some_and(|prior| prior.min == planned.min) { "max" } else { "min" },
        left_out: "disks, what the machines send, and types other than the first one, which AWS takes where it has no more of \
                   that",
    }
}

/// The machines: `min` of them are always there, and an autoscaler may go as far as `max`.
pub(super) fn bill(region: &Region, group: &EksNodeGroupModel) -> Bill {
    let Some(name) = group.instance_types.known().and_then(|types| types.first()) else { return Bill::new() };
    let product = match group.capacity_type.known() {
        Some(CapacityType::Spot) => Product::SpotMachine(format!("spot {name}")),
        Some(CapacityType::OnDemand) | None => Product::Machine(name.clone()),
    };
    let [min, max] = [&group.min, &group.max].map(|number| number.known().copied().map_or(0, u64::from));
    Bill::new().with_range(region.as_str(), product, (min, max.max(min)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, kind: CapacityType) -> EksNodeGroupModel {
        EksNodeGroupModel::new(
            "main",
            "arn:aws:iam::123456789012:role/node",
            std::collections::BTreeSet::new(),
        )
        .instance_types(vec![name.to_owned()])
        .capacity_type(kind)
        .min(10)
        .max(50)
    }

    fn check(region: &str, group: &EksNodeGroupModel) -> String {
        bill(&region.parse().expect("it is a region"), group).text()
    }

    #[test]
    fn a_group_costs_between_its_fewest_and_its_most_machines() {
        let found = check("us-east-1", &group("t3.large", CapacityType::OnDemand));
        assert_eq!(found, "10 to 50 x t3.large = 607.36..3036.80");
        let found = check("eu-west-1", &group("t3.large", CapacityType::OnDemand));
        assert_eq!(found, "10 to 50 x t3.large = 665.76..3328.80");
    }

    #[test]
    fn what_changes_by_the_hour_or_is_not_in_the_table_is_not_known() {
        let found = check("us-east-1", &group("t3.large", CapacityType::Spot));
        assert_eq!(found, " = 0.00..0.00, not known: spot t3.large in us-east-1");
        let found = check("us-east-1", &group("m7i.large", CapacityType::OnDemand));
        assert_eq!(found, " = 0.00..0.00, not known: m7i.large in us-east-1");
    }
}
