//! `sparki_eks_addon`: software that AWS installs in a Kubernetes cluster and keeps running.

mod answer;
mod identity;
mod list;
mod look;
mod model;
mod plan;
mod preflight;
mod remote;
mod requests;
#[cfg(test)]
mod tests;

pub use identity::EksAddonIdentity;
pub use list::EksAddonFilter;
pub use model::{EksAddonModel, OnCreate, OnUpdate};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_eks_addon`.
#[derive(Clone, Copy, Debug)]
pub enum EksAddon {}

impl Resource for EksAddon {
    const TYPE_NAME: &'static str = "sparki_eks_addon";
    /// AWS takes 15 to 45 seconds; pods that do not start keep it waiting for 20 minutes.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(20, 5, 20, 20);
    type Model = EksAddonModel;
    type Identity = EksAddonIdentity;
}
