//! Whether there are machines of the kinds, and addresses for as many, where a group is to be. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Diagnostic, Path};

use crate::eks::WITHOUT_CONTROL_PLANE;

/// A subnet as AWS describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) subnet_id: String,
    /// Name of its zone, which differs from account to account: `us-east-1a`.
    pub(super) zone: String,
    /// Id of its zone, which does not: `use1-az4`.
    pub(super) zone_id: String,
    /// Addresses that nothing has.
    pub(super) free: u64,
}

/// How many machines there are to be, besides those that run already and have their addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct More {
    pub(super) min: u64,
    pub(super) max: u64,
}

/// What stands in the way of machines of these kinds in these places. `offered` has the kinds by zone.
pub(super) fn check_kinds(
    kinds: &[String],
    places: &[Place],
    offered: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Diagnostic> {
    let has = |zone: &str, kind: &str| offered.get(zone).is_some_and(|kinds| kinds.contains(kind));
    let zones: BTreeSet<&str> = places.iter().map(|place| place.zone.as_str()).collect();
    let mut found = Vec::new();
    for kind in kinds.iter().filter(|kind| zones.iter().all(|zone| !has(zone, kind))) {
        found.push(
            Diagnostic::error(
                "Instance type not offered",
                format!(
                    "AWS offers no {kind} in the zones of the subnets: {}. Use another type, or subnets in other zones.",
                    listed(zones.iter().copied())
                ),
            )
            .at(Path::attribute("instance_types")),
        );
    }
    let left: Vec<_> = kinds.iter().filter(|kind| zones.iter().any(|zone| has(zone, kind))).collect();
    if left.is_empty() {
        return found;
    }
    for zone in &zones {
        let absent: Vec<_> = left.iter().filter(|kind| !has(zone, kind)).map(|kind| kind.as_str()).collect();
        let subnets = places.iter().filter(|place| place.zone == *zone).map(|place| place.subnet_id.as_str());
        if absent.len() == left.len() {
            found.push(
                Diagnostic::error(
                    "Instance type not offered",
                    format!(
                        "AWS offers none of {} in the zone {zone}. Leave out the subnets in it ({}), or use a type that is \
                         offered there as well.",
                        listed(absent.iter().copied()),
                        listed(subnets)
                    ),
                )
                .at(Path::attribute("subnet_ids")),
            );
        } else if !absent.is_empty() {
            found.push(
                Diagnostic::warning(
                    "Instance type not offered everywhere",
                    format!(
                        "AWS does not offer {} in the zone {zone}, where only the other types are left.",
                        listed(absent.iter().copied())
                    ),
                )
                .at(Path::attribute("instance_types")),
            );
        }
    }
    found
}

/// Subnets in zones in which EKS puts no control plane, where nodes may be far from it, and new types come last.
pub(super) fn check_zones(places: &[Place]) -> Option<Diagnostic> {
    let apart = places.iter().filter(|place| WITHOUT_CONTROL_PLANE.contains(&place.zone_id.as_str()));
    let apart: Vec<_> = apart.map(|place| format!("{} ({})", place.subnet_id, place.zone_id)).collect();
    (!apart.is_empty()).then(|| {
        Diagnostic::warning(
            "Zone without EKS",
            format!(
                "EKS puts no control plane into the zones of these subnets, and refuses them for a cluster: {}. Use subnets \
                 in other zones.",
                apart.join(", ")
            ),
        )
        .at(Path::attribute("subnet_ids"))
    })
}

/// Whether the places have addresses for so many machines more. `kinds` has the addresses that a machine of each kind takes
/// once it is full of pods.
pub(super) fn check_addresses(
    more: More,
    places: &[Place],
    kinds: &BTreeMap<String, u64>,
) -> Option<Diagnostic> {
    let (kind, each) = kinds.iter().max_by_key(|(_, each)| **each)?;
    let free: u64 = places.iter().map(|place| place.free).sum();
    let room = format!("{} in {} subnets", counted(free, "free address", "free addresses"), places.len());
    if more.min > free {
        let detail = format!(
            "\"min\" asks for {}, each of which needs an address, and there are only {room}. Use larger subnets or more of \
             them, or lower \"min\".",
            counted(more.min, "machine more", "machines more")
        );
        return Some(Diagnostic::error("Too few addresses", detail).at(Path::attribute("min")));
    }
    let (attribute, machines) = if more.min.saturating_mul(*each) > free {
        ("min", more.min)
    } else if more.max.saturating_mul(*each) > free {
        ("max", more.max)
    } else {
        return None;
    };
    let detail = format!(
        "{} of type {kind} take up to {each} addresses each for themselves and their pods, {} in all, and there are {room}: \
         enough for {}. Then pods stay pending, or machines without an address. Use larger subnets or more of them, or lower \
         \"{attribute}\". If the VPC CNI hands out prefixes, gives pods addresses of other subnets, or is not in use, which \
         cannot be seen here, the number is another one.",
        counted(machines, "machine more", "machines more"),
        machines.saturating_mul(*each),
        free.checked_div(*each).unwrap_or(free),
    );
    Some(Diagnostic::warning("Few addresses", detail).at(Path::attribute(attribute)))
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn listed<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}
