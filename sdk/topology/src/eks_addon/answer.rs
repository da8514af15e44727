//! From AWS's description of an add-on to the model. Pure.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{Addon, AddonIssue, AddonIssueCode, AddonStatus};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{FromText, Id, JsonText, Value};

use super::EksAddonModel;
use crate::eks::told;
use crate::operation::shown_tags;

/// All that AWS says about an add-on.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) addon: Addon,
    /// Roles by service account.
    pub(super) pod_identities: BTreeMap<String, String>,
}

/// The model of an add-on. `reference` is what was planned, or what the state has: it fills in what only the provider
/// knows, and what an endpoint does not answer, as stand-ins do not answer everything.
pub(super) fn model(
    described: &Described,
    region: &Region,
    tags: Tags<'_>,
    reference: &EksAddonModel,
) -> EksAddonModel {
    let Described { addon, pod_identities } = described;
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let (tags, tags_all) = shown_tags(tags, addon.tags(), (&reference.tags, &reference.tags_all));
    let id = match (addon.cluster_name(), addon.addon_name()) {
        (Some(cluster), Some(name)) => Value::Known(Id::new(format!("{region}/{cluster}/{name}"))),
        (Some(_) | None, _) => Value::Null,
    };
    // An empty document is how settings are taken away.
    let configuration = addon.configuration_values().filter(|text| !text.trim().is_empty());
    EksAddonModel {
        id,
        region: region.clone().into(),
        cluster_name: text(addon.cluster_name()),
        name: text(addon.addon_name()),
        version: reference.version.clone(),
        cluster_version: reference.cluster_version.clone(),
        configuration_values: configuration.map(JsonText::from_text).into(),
        service_account_role_arn: text(addon.service_account_role_arn()),
        pod_identities: (!pod_identities.is_empty()).then(|| pod_identities.clone()).into(),
        resolve_conflicts_on_create: reference.resolve_conflicts_on_create.clone(),
        resolve_conflicts_on_update: reference.resolve_conflicts_on_update.clone(),
        preserve_on_delete: reference.preserve_on_delete.clone(),
        tags,
        tags_all,
        arn: text(addon.addon_arn()),
        installed_version: text(addon.addon_version()),
        available_version: reference.available_version.clone(),
        status: text(addon.status().map(AddonStatus::as_str)),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// How far an add-on is on its way to running.
pub(super) fn seen(addon: Option<Addon>) -> Seen<Addon> {
    let Some(addon) = addon else { return Seen::Missing };
    match addon.status() {
        Some(AddonStatus::Active) => Seen::Reached(addon),
        Some(AddonStatus::Degraded) if lacks_nodes(&addon) => Seen::Reached(addon),
        Some(
            status @ (AddonStatus::CreateFailed
            | AddonStatus::UpdateFailed
            | AddonStatus::DeleteFailed
            | AddonStatus::Degraded),
        ) => Seen::Failed(unhealthy(&addon, status)),
        Some(AddonStatus::Deleting) => {
            Seen::Failed("The add-on has the status DELETING: something else is removing it.".into())
        }
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// How far an add-on is on its way to being gone.
pub(super) fn seen_leaving(addon: Option<Addon>) -> Seen<()> {
    let Some(addon) = addon else { return Seen::Reached(()) };
    match addon.status() {
        Some(status @ AddonStatus::DeleteFailed) => Seen::Failed(unhealthy(&addon, status)),
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// Whether all that is wrong with an add-on is that its pods do not run: as long as a cluster has no machines, they
/// cannot.
pub(super) fn lacks_nodes(addon: &Addon) -> bool {
    let is_lack = |issue: &AddonIssue| issue.code() == Some(&AddonIssueCode::InsufficientNumberOfReplicas);
    let issues = issues(addon);
    addon.status() == Some(&AddonStatus::Degraded) && !issues.is_empty() && issues.iter().all(is_lack)
}

/// Full sentences: that the add-on has a status, and what AWS says about it.
pub(super) fn unhealthy(addon: &Addon, status: &AddonStatus) -> String {
    told(&format!("The add-on has the status {status}"), issues(addon))
}

fn issues(addon: &Addon) -> &[AddonIssue] {
    addon.health().map(|health| health.issues()).unwrap_or_default()
}
