//! The requests of `sparki_eks_pod_identity`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::create_pod_identity_association::builders::CreatePodIdentityAssociationInputBuilder;
use aws_sdk_eks::operation::update_pod_identity_association::builders::UpdatePodIdentityAssociationInputBuilder;
use sparki_aws::Nonce;

use super::EksPodIdentityModel;

/// The request that makes an association.
pub(super) fn create(
    association: &EksPodIdentityModel,
    tags: BTreeMap<String, String>,
    attempt: &Nonce,
) -> CreatePodIdentityAssociationInputBuilder {
    CreatePodIdentityAssociationInputBuilder::default()
        .set_cluster_name(association.cluster_name.known().cloned())
        .set_namespace(association.namespace.known().cloned())
        .set_service_account(association.service_account.known().cloned())
        .set_role_arn(association.role_arn.known().cloned())
        .set_target_role_arn(association.target_role_arn.known().cloned())
        .set_disable_session_tags(association.session_tags.known().map(|tagged| !tagged))
        .set_tags(Some(tags.into_iter().collect()))
        .client_request_token(attempt.as_str())
}

/// The request that changes an association to what is planned; none if nothing of it changes.
pub(super) fn update(
    prior: &EksPodIdentityModel,
    planned: &EksPodIdentityModel,
) -> Option<UpdatePodIdentityAssociationInputBuilder> {
    let is_same = prior.role_arn == planned.role_arn
        && prior.target_role_arn == planned.target_role_arn
        && prior.session_tags == planned.session_tags;
    if is_same {
        return None;
    }
    let request = UpdatePodIdentityAssociationInputBuilder::default()
        .set_cluster_name(prior.cluster_name.known().cloned())
        .set_association_id(prior.association_id.known().cloned())
        .set_role_arn(planned.role_arn.known().cloned())
        .set_target_role_arn(planned.target_role_arn.known().cloned())
        .set_disable_session_tags(planned.session_tags.known().map(|tagged| !tagged));
    Some(request)
}
