//! Rules of `sparki_eks_cluster`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State};

use super::{EksCluster, EksClusterModel};
use crate::eks::Version;

impl Plan for EksCluster {
    fn validate(config: &Config<EksClusterModel>) -> Diagnostics {
        let Some(endpoint) = config.endpoint.known() else { return Diagnostics::new() };
        let path = Path::attribute("endpoint");
        // What is not set has its default: private and not public.
        let private = endpoint.private.known().copied().unwrap_or(true);
        let public = endpoint.public.known().copied().unwrap_or(false);
        let is_decided = !endpoint.private.is_unknown() && !endpoint.public.is_unknown();
        if is_decided && !private && !public {
            return Diagnostic::error(
                "Unreachable cluster",
                "\"private\" and \"public\" are both false, so nothing could reach the API of the cluster. Set one \
                 of them to true.",
            )
            .at(path)
            .into();
        }
        if public && endpoint.cidrs.is_null() {
            return Diagnostic::warning(
                "Cluster open to the world",
                "\"public\" is true and \"cidrs\" is not set, so every address on the internet can reach the API of \
                 the cluster. Set \"cidrs\" to the ranges that need it.",
            )
            .at(path.then("cidrs"))
            .into();
        }
        Diagnostics::new()
    }

    fn plan(draft: &mut Draft<'_, EksClusterModel>) -> Diagnostics {
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        if is_other_cluster(prior, draft.planned()) {
            // A new cluster may have any version.
            return Diagnostics::new();
        }
        let version =
            |model: &EksClusterModel| model.version.known().and_then(|text| text.parse::<Version>().ok());
        let (Some(from), Some(to)) = (version(prior), version(draft.planned())) else {
            return Diagnostics::new();
        };
        let problem = if to < from {
            format!(
                "The cluster runs {from}, and \"version\" asks for {to}. EKS cannot go back; set {from} or later, or \
                 make a new cluster."
            )
        } else if to > from.next() {
            format!(
                "The cluster runs {from}, and \"version\" asks for {to}. EKS upgrades one minor version at a time: set \
                 {}, apply, upgrade add-ons and nodes, and go on from there.",
                from.next()
            )
        } else {
            return Diagnostics::new();
        };
        Diagnostic::error("Version out of reach", problem).at(Path::attribute("version")).into()
    }

    fn plan_destroy(prior: &State<EksClusterModel>) -> Diagnostics {
        if !is_protected(prior) {
            return Diagnostics::new();
        }
        Diagnostic::error("Cluster is protected from removal", PROTECTED)
            .at(Path::attribute("deletion_protection"))
            .into()
    }
}

/// What to do about a protected cluster.
pub(super) const PROTECTED: &str = "\
    \"deletion_protection\" is true, which is the default. To remove or replace the cluster, set it to false, \
    apply, and then go on. If the cluster is to be replaced only because an earlier run was interrupted and left it \
    tainted, keep it with \"terraform untaint\".";

/// Whether the cluster must not be removed. One that AWS failed to make has nothing to protect.
pub(super) fn is_protected(cluster: &EksClusterModel) -> bool {
    cluster.deletion_protection.known() == Some(&true)
        && cluster.status.known().is_none_or(|status| status != "FAILED")
}

/// Whether the plan makes a new cluster, whose version is not bound to the one of the old.
fn is_other_cluster(prior: &EksClusterModel, planned: &EksClusterModel) -> bool {
    prior.region != planned.region
        || prior.name != planned.name
        || prior.role_arn != planned.role_arn
        || prior.kms_key_arn != planned.kms_key_arn
}
