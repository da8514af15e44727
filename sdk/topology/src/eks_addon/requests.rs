//! The requests of `sparki_eks_addon`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::create_addon::builders::CreateAddonInputBuilder;
use aws_sdk_eks::operation::update_addon::builders::UpdateAddonInputBuilder;
use aws_sdk_eks::types::{AddonPodIdentityAssociations, ResolveConflicts};
use sparki_aws::Nonce;
use sparki_core::JsonText;

use super::{EksAddonModel, OnUpdate};

/// The request that installs an add-on. Without a version AWS takes its default.
pub(super) fn create(
    addon: &EksAddonModel,
    version: Option<String>,
    tags: BTreeMap<String, String>,
    attempt: &Nonce,
) -> CreateAddonInputBuilder {
    let conflicts = addon.resolve_conflicts_on_create.known();
    CreateAddonInputBuilder::default()
        .set_cluster_name(addon.cluster_name.known().cloned())
        .set_addon_name(addon.name.known().cloned())
        .set_addon_version(version)
        .set_configuration_values(addon.configuration_values.known().map(|text| text.as_str().to_owned()))
        .set_service_account_role_arn(addon.service_account_role_arn.known().cloned())
        .set_pod_identity_associations(addon.pod_identities.known().map(associations))
        .set_resolve_conflicts(conflicts.map(|kind| ResolveConflicts::from(kind.as_str())))
        .set_tags(Some(tags.into_iter().collect()))
        .client_request_token(attempt.as_str())
}

/// The request that changes an add-on to what is planned; none if nothing of it changes. `version` is the one to go to,
/// if that is another than the installed one.
pub(super) fn update(
    prior: &EksAddonModel,
    planned: &EksAddonModel,
    version: Option<String>,
) -> Option<UpdateAddonInputBuilder> {
    let configuration = (prior.configuration_values != planned.configuration_values)
        .then(|| planned.configuration_values.known().map_or("", JsonText::as_str).to_owned());
    let identities = (prior.pod_identities != planned.pod_identities)
        .then(|| planned.pod_identities.known().map(associations).unwrap_or_default());
    let role_changes = prior.service_account_role_arn != planned.service_account_role_arn;
    if version.is_none() && configuration.is_none() && identities.is_none() && !role_changes {
        return None;
    }
    let conflicts = planned.resolve_conflicts_on_update.known().copied().unwrap_or(OnUpdate::Preserve);
    let request = UpdateAddonInputBuilder::default()
        .set_cluster_name(planned.cluster_name.known().cloned())
        .set_addon_name(planned.name.known().cloned())
        .set_addon_version(version)
        .set_configuration_values(configuration)
        // An update without a role takes the add-on back to that of the machines.
        .set_service_account_role_arn(planned.service_account_role_arn.known().cloned())
        .set_pod_identity_associations(identities)
        .resolve_conflicts(ResolveConflicts::from(conflicts.as_str()));
    Some(request)
}

fn associations(identities: &BTreeMap<String, String>) -> Vec<AddonPodIdentityAssociations> {
    let association = |(account, role): (&String, &String)| {
        AddonPodIdentityAssociations::builder()
            .service_account(account)
            .role_arn(role)
            .build()
            .expect("both parts are given")
    };
    identities.iter().map(association).collect()
}
