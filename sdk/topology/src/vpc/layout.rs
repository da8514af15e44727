//! Which addresses each subnet gets. Pure.

use std::collections::BTreeMap;

use crate::ec2::Cidr;

/// A subnet: its tier, and the position of its zone.
pub(super) type Slot = (String, usize);

/// There is no room for a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoRoom {
    pub(super) tier: String,
    pub(super) prefix: u32,
}

/// The addresses of the subnets of each tier, in the order of the zones. `tiers` has the prefix of each tier's subnets.
///
/// What is in `placed` stays where it is; `taken` is not used for anything new. The rest is placed from the largest to the
/// smallest, each in the lowest free place, so that the same input has the same layout and no place is wasted.
pub(super) fn lay_out(
    vpc: Cidr,
    (tiers, zones): (&BTreeMap<String, u32>, usize),
    placed: &BTreeMap<Slot, Cidr>,
    taken: &[Cidr],
) -> Result<BTreeMap<String, Vec<Cidr>>, NoRoom> {
    let mut used: Vec<Cidr> = placed.values().chain(taken).copied().collect();
    let mut layout: BTreeMap<Slot, Cidr> = BTreeMap::new();
    let mut open = Vec::new();
    for (tier, prefix) in tiers {
        for zone in 0..zones {
            let slot = (tier.clone(), zone);
            match placed.get(&slot) {
                Some(cidr) => {
                    layout.insert(slot, *cidr);
                }
                None => open.push((*prefix, slot)),
            }
        }
    }
    open.sort();
    for (prefix, slot) in open {
        let free = vpc.parts(prefix).find(|part| !used.iter().any(|used| used.overlaps(*part)));
        let Some(cidr) = free else { return Err(NoRoom { tier: slot.0, prefix }) };
        used.push(cidr);
        layout.insert(slot, cidr);
    }
    let of_tier =
        |tier: &String| (0..zones).filter_map(|zone| layout.get(&(tier.clone(), zone)).copied()).collect();
    Ok(tiers.keys().map(|tier| (tier.clone(), of_tier(tier))).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tiers<const N: usize>(tiers: [(&str, u32); N]) -> BTreeMap<String, u32> {
        tiers.map(|(name, prefix)| (name.to_owned(), prefix)).into()
    }

    fn vpc() -> Cidr {
        "10.0.0.0/16".parse().unwrap()
    }

    /// One line for each tier.
    fn check(tiers: &BTreeMap<String, u32>, zones: usize) -> Vec<String> {
        let layout = lay_out(vpc(), (tiers, zones), &BTreeMap::new(), &[]).unwrap();
        let line = |(tier, cidrs): (&String, &Vec<Cidr>)| {
            format!("{tier} {}", cidrs.iter().map(Cidr::to_string).collect::<Vec<_>>().join(" "))
        };
        layout.iter().map(line).collect()
    }

    #[test]
    fn the_default_tiers_fit_three_zones() {
        assert_eq!(
            check(&tiers([("public", 20), ("private", 18), ("data", 22)]), 3),
            [
                "data 10.0.240.0/22 10.0.244.0/22 10.0.248.0/22",
                "private 10.0.0.0/18 10.0.64.0/18 10.0.128.0/18",
                "public 10.0.192.0/20 10.0.208.0/20 10.0.224.0/20",
            ]
        );
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_tier() {
        let none = BTreeMap::new();
        let four = lay_out(vpc(), (&tiers([("private", 18), ("public", 20)]), 4), &none, &[]);
        assert_eq!(four, Err(NoRoom { tier: "public".into(), prefix: 20 }));
        let larger = lay_out(vpc(), (&tiers([("private", 15)]), 1), &none, &[]);
        assert_eq!(larger, Err(NoRoom { tier: "private".into(), prefix: 15 }));
    }

    fn any_tiers() -> impl Strategy<Value = BTreeMap<String, u32>> {
        proptest::collection::btree_map("[a-e]", 20_u32..=26, 1..5)
    }

    proptest! {
        #[test]
        fn adding_tiers_and_zones_never_moves_a_subnet(
            before in any_tiers(), added in any_tiers(), zones in 1_usize..4, more in 0_usize..3,
        ) {
            let first = lay_out(vpc(), (&before, zones), &BTreeMap::new(), &[]);
            let Ok(first) = first else { return Ok(()) };
            let placed: BTreeMap<Slot, Cidr> = first
                .iter()
                .flat_map(|(tier, cidrs)| cidrs.iter().enumerate().map(|(zone, cidr)| ((tier.clone(), zone), *cidr)))
                .collect();
            let mut after = added;
            after.extend(before.clone());
            let Ok(second) = lay_out(vpc(), (&after, zones + more), &placed, &[]) else { return Ok(()) };
            for (tier, cidrs) in &first {
                prop_assert_eq!(&second[tier][..zones], &cidrs[..]);
            }
            let all: Vec<Cidr> = second.values().flatten().copied().collect();
            for (index, one) in all.iter().enumerate() {
                prop_assert!(vpc().overlaps(*one));
                prop_assert!(all[index + 1..].iter().all(|other| !one.overlaps(*other)));
            }
        }
    }
}
