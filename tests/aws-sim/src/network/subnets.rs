//! Where subnets are.

use std::collections::{BTreeMap, BTreeSet};

use crate::{region::Region, world::draw};

/// Where subnets are, as far as anybody has asked. Without moto nobody knows, and it is made up.
#[derive(Debug, Default)]
pub(crate) struct Network {
    known: BTreeMap<(Region, String), Subnet>,
    /// Those that moto does not have.
    missing: BTreeSet<(Region, String)>,
}

/// Where a subnet is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    pub(crate) zone: String,
}

impl Network {
    /// Those of the subnets that nobody has asked moto about, or that it did not have.
    pub(super) fn unknown(&self, region: &Region, ids: BTreeSet<String>) -> BTreeSet<String> {
        ids.into_iter().filter(|id| !self.known.contains_key(&(region.clone(), id.clone()))).collect()
    }

    /// Notes what moto has answered about some subnets.
    pub(super) fn note(&mut self, region: &Region, asked: BTreeSet<String>, found: Vec<Subnet>) {
        self.missing.extend(asked.into_iter().map(|id| (region.clone(), id)));
        for subnet in found {
            self.missing.remove(&(region.clone(), subnet.id.clone()));
            self.known.insert((region.clone(), subnet.id.clone()), subnet);
        }
    }

    /// The first of the subnets that moto does not have.
    pub(crate) fn missing<'a>(&self, region: &Region, ids: &'a [String]) -> Option<&'a String> {
        ids.iter().find(|id| self.missing.contains(&(region.clone(), (*id).clone())))
    }

    /// Where subnets are. Those that nobody knows are in zones by turns, and the same ones always in the same VPC.
    pub(crate) fn place(&self, region: &Region, ids: &[String]) -> Vec<Subnet> {
        let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let digits: String = draw(0, &sorted).iter().map(|byte| format!("{byte:02x}")).collect();
        let made_up = format!("vpc-{}", &digits[..17]);
        let placed = ids.iter().enumerate().map(|(index, id)| {
            let known = self.known.get(&(region.clone(), id.clone())).cloned();
            known.unwrap_or_else(|| Subnet {
                id: id.clone(),
                vpc_id: made_up.clone(),
                zone: region.zone(index),
            })
        });
        placed.collect()
    }
}
