//! Whether there is room for the machines.

use std::collections::{BTreeMap, BTreeSet};

use super::super::room::{More, Place, check_addresses, check_kinds, check_zones};

fn place(subnet: &str, zone: &str, free: u64) -> Place {
    Place { subnet_id: subnet.into(), zone: zone.into(), zone_id: format!("id-of-{zone}"), free }
}

fn places() -> Vec<Place> {
    vec![place("subnet-1", "us-east-1a", 250), place("subnet-2", "us-east-1b", 250)]
}

/// What is told about these kinds where `offered` has zones and the kinds in them.
fn kinds(kinds: &[&str], offered: &[(&str, &[&str])]) -> Vec<String> {
    let kinds: Vec<_> = kinds.iter().map(|&kind| kind.to_owned()).collect();
    let set = |kinds: &[&str]| kinds.iter().map(|&kind| kind.to_owned()).collect::<BTreeSet<_>>();
    let offered = offered.iter().map(|(zone, kinds)| ((*zone).to_owned(), set(kinds))).collect();
    check_kinds(&kinds, &places(), &offered).iter().map(ToString::to_string).collect()
}

#[test]
fn a_kind_has_to_be_offered_where_the_group_is() {
    let everywhere: &[(&str, &[&str])] = &[("us-east-1a", &["t3.large"]), ("us-east-1b", &["t3.large"])];
    assert_eq!(kinds(&["t3.large"], everywhere), [] as [&str; 0]);
    assert_eq!(
        kinds(&["t9.large", "t3.large"], everywhere),
        [
            "error: Instance type not offered\n  at instance_types\n  AWS offers no t9.large in the zones of the subnets: \
          us-east-1a, us-east-1b. Use another type, or subnets in other zones."
        ]
    );
    assert_eq!(
        kinds(&["t3.large"], &[("us-east-1a", &["t3.large"])]),
        [
            "error: Instance type not offered\n  at subnet_ids\n  AWS offers none of t3.large in the zone us-east-1b. Leave \
          out the subnets in it (subnet-2), or use a type that is offered there as well."
        ]
    );
    let partly: &[(&str, &[&str])] =
        &[("us-east-1a", &["t3.large", "m7i.large"]), ("us-east-1b", &["t3.large"])];
    assert_eq!(
        kinds(&["t3.large", "m7i.large"], partly),
        [
            "warning: Instance type not offered everywhere\n  at instance_types\n  AWS does not offer m7i.large in the zone \
          us-east-1b, where only the other types are left."
        ]
    );
}

#[test]
fn a_zone_without_eks_is_told() {
    assert_eq!(check_zones(&places()), None);
    let apart = Place { zone_id: "use1-az3".into(), ..place("subnet-3", "us-east-1e", 250) };
    let told = check_zones(&[apart]).unwrap().to_string();
    assert!(told.starts_with("warning: Zone without EKS\n  at subnet_ids\n"), "{told}");
    assert!(told.contains("subnet-3 (use1-az3)"), "{told}");
}

fn addresses(min: u64, max: u64) -> String {
    let kinds = BTreeMap::from([("t3.large".to_owned(), 36), ("t3.small".to_owned(), 12)]);
    let found = check_addresses(More { min, max }, &places(), &kinds);
    found.map(|found| found.to_string()).unwrap_or_default()
}

#[test]
fn machines_and_their_pods_have_addresses() {
    assert_eq!(addresses(0, 13), "");
    assert_eq!(
        addresses(10, 14),
        "warning: Few addresses\n  at max\n  14 machines more of type t3.large take up to 36 addresses each for themselves \
         and their pods, 504 in all, and there are 500 free addresses in 2 subnets: enough for 13. Then pods stay pending, \
         or machines without an address. Use larger subnets or more of them, or lower \"max\". If the VPC CNI hands out \
         prefixes, gives pods addresses of other subnets, or is not in use, which cannot be seen here, the number is another \
         one."
    );
    assert!(addresses(14, 14).starts_with("warning: Few addresses\n  at min\n"));
    assert_eq!(
        addresses(501, 600),
        "error: Too few addresses\n  at min\n  \"min\" asks for 501 machines more, each of which needs an address, and there \
         are only 500 free addresses in 2 subnets. Use larger subnets or more of them, or lower \"min\"."
    );
}

#[test]
fn numbers_beyond_all_measure_are_no_overflow() {
    assert!(addresses(0, u64::MAX).starts_with("warning: Few addresses\n  at max\n"));
    assert_eq!(check_addresses(More { min: 1, max: 2 }, &places(), &BTreeMap::new()), None);
}
