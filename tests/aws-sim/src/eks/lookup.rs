//! Finding what a request is about.

use super::state::Cluster;
use crate::{calls::Call, refusal::Refusal, region::Region, world::World};

/// Where a cluster is, for what happens to it later.
#[derive(Clone, Debug)]
pub(super) struct Place {
    key: (Region, String),
    serial: u64,
}

impl Place {
    pub(super) fn of(call: &Call, cluster: &Cluster) -> Self {
        Self { key: (call.region.clone(), name(call).to_owned()), serial: cluster.object.serial }
    }

    /// The cluster, if it is still the same.
    pub(super) fn find<'a>(&self, world: &'a mut World) -> Option<&'a mut Cluster> {
        world.eks.clusters.get_mut(&self.key).filter(|cluster| cluster.object.serial == self.serial)
    }

    /// Removes the cluster, if it is still the same.
    pub(super) fn remove(&self, world: &mut World) {
        if self.find(world).is_some() {
            world.eks.clusters.remove(&self.key);
        }
    }
}

/// The name of the cluster that a request is about.
pub(super) fn name(call: &Call) -> &str {
    call.input.text("clusterName").unwrap_or_else(|| call.input.given("name"))
}

/// The cluster that a request is about.
pub(super) fn cluster<'a>(world: &'a World, call: &Call) -> Result<&'a Cluster, Refusal> {
    let found = world.eks.clusters.get(&(call.region.clone(), name(call).to_owned()));
    found.filter(|cluster| call.sees(&cluster.object, world)).ok_or_else(|| {
        let message = format!("No cluster found for name: {}.", name(call));
        Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call))
    })
}

/// The same, to be changed.
pub(super) fn cluster_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Cluster, Refusal> {
    cluster(world, call)?;
    let found = world.eks.clusters.get_mut(&(call.region.clone(), name(call).to_owned()));
    Ok(found.expect("it was there a moment ago"))
}

/// The cluster that a request is about, if things can be made in it.
pub(super) fn ready_cluster<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Cluster, Refusal> {
    let cluster = cluster_mut(world, call)?;
    match cluster.object.document.given("status") {
        "ACTIVE" | "UPDATING" => Ok(cluster),
        status => {
            let message = format!("Cluster '{}' is not in ACTIVE status but {status}", name(call));
            Err(Refusal::new("InvalidRequestException", message).with("clusterName", name(call)))
        }
    }
}
