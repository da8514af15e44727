//! Rules of `sparki_eks_cluster`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{AccessEntry, AuthenticationMode, EksCluster, EksClusterModel, EntryType};
use crate::eks::Version;
use crate::operation::{Further, Protected, inherit_tags};

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
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let without_mode = draft.config().authentication_mode.is_null();
        let planned = draft.planned_mut();
        if planned.oidc_provider.known() == Some(&false) && planned.oidc_provider_arn.is_unknown() {
            planned.oidc_provider_arn = Value::Null;
        }
        let Some(prior) = draft.prior().filter(|prior| !is_other_cluster(prior, draft.planned())) else {
            // A new cluster may have any version.
            let planned = draft.planned_mut();
            if without_mode && planned.authentication_mode.is_unknown() {
                planned.authentication_mode = AuthenticationMode::Api.into();
            }
            return check_entries(draft.planned()).into_iter().collect();
        };
        let found = [
            check_version(prior, draft.planned()),
            check_mode(prior, draft.planned()),
            check_entries(draft.planned()),
        ];
        found.into_iter().flatten().collect()
    }

    fn plan_destroy(prior: &State<EksClusterModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// A cluster goes up by one minor version at a time.
fn check_version(prior: &EksClusterModel, planned: &EksClusterModel) -> Option<Diagnostic> {
    let version = |model: &EksClusterModel| model.version.known()?.parse::<Version>().ok();
    let (from, to) = (version(prior)?, version(planned)?);
    let problem = if to < from {
        format!(
            "The cluster runs {from}, and \"version\" asks for {to}. EKS cannot go back; set {from} or later, or make a \
             new cluster."
        )
    } else if to > from.next() {
        format!(
            "The cluster runs {from}, and \"version\" asks for {to}. EKS upgrades one minor version at a time: set {}, \
             apply, upgrade add-ons and nodes, and go on from there.",
            from.next()
        )
    } else {
        return None;
    };
    Some(Diagnostic::error("Version out of reach", problem).at(Path::attribute("version")))
}

/// The way in goes from the config map towards the API, and not back.
fn check_mode(prior: &EksClusterModel, planned: &EksClusterModel) -> Option<Diagnostic> {
    let (from, to) = (prior.authentication_mode.known()?, planned.authentication_mode.known()?);
    (to < from).then(|| {
        Diagnostic::error(
            "Authentication mode out of reach",
            format!(
                "The cluster has the mode {from}, and \"authentication_mode\" asks for {to}. AWS does not go back; set \
                 {from}, or make a new cluster."
            ),
        )
        .at(Path::attribute("authentication_mode"))
    })
}

/// Entries count only where they are asked.
fn check_entries(planned: &EksClusterModel) -> Option<Diagnostic> {
    let entries = planned.access_entries.known().filter(|entries| !entries.is_empty())?;
    if planned.authentication_mode.known() == Some(&AuthenticationMode::ConfigMap) {
        return Some(
            Diagnostic::error(
                "Access entries without effect",
                "The cluster lets principals in by its config map alone, and AWS takes no entries for it. Set \
                 \"authentication_mode\" to \"API_AND_CONFIG_MAP\" or \"API\", or leave the entries out.",
            )
            .at(Path::attribute("access_entries")),
        );
    }
    let is_of_machines = |entry: &AccessEntry| {
        entry.r#type.known().is_some_and(|kind| *kind != EntryType::Standard)
            && (entry.kubernetes_groups.is_set() || entry.username.is_set() || entry.policies.is_set())
    };
    let (principal, _) = entries.iter().find(|(_, entry)| is_of_machines(entry))?;
    Some(
        Diagnostic::error(
            "Access entry of machines with rights",
            format!(
                "The entry of {principal} is for machines, which get their rights by its \"type\". Leave out \
                 \"kubernetes_groups\", \"username\" and \"policies\", or set \"type\" to \"STANDARD\"."
            ),
        )
        .at(Path::attribute("access_entries")),
    )
}

/// What the cluster is while it must not be removed. One that AWS failed to make has nothing to protect.
pub(super) fn protection(cluster: &EksClusterModel) -> Option<Protected> {
    let is_there = cluster.status.known().is_none_or(|status| status != "FAILED");
    Protected::by_default("cluster").by(&cluster.deletion_protection).filter(|_| is_there)
}

/// Whether the plan makes a new cluster, whose version is not bound to the one of the old.
fn is_other_cluster(prior: &EksClusterModel, planned: &EksClusterModel) -> bool {
    prior.region != planned.region
        || prior.name != planned.name
        || prior.role_arn != planned.role_arn
        || (!prior.kms_key_arn.is_null() && prior.kms_key_arn != planned.kms_key_arn)
}
