//! What there is to see of an association.

use aws_sdk_eks::types::PodIdentityAssociation;
use sparki_aws::AwsError;
use sparki_core::State;

use super::{EksPodIdentityModel, answer};
use crate::eks::Session;

/// Whose role it is: cluster, namespace and service account.
pub(super) type Account<'a> = [&'a str; 3];

/// Looks at an association by AWS's id; `None` if it does not exist, or its cluster does not.
pub(super) async fn describe(
    session: &Session<'_>,
    (cluster, id): (&str, &str),
) -> Result<Option<PodIdentityAssociation>, AwsError> {
    let request = session.client.describe_pod_identity_association();
    match request.cluster_name(cluster).association_id(id).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.association),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks for the association of a service account, which has at most one.
pub(super) async fn find(
    session: &Session<'_>,
    [cluster, namespace, service_account]: Account<'_>,
) -> Result<Option<PodIdentityAssociation>, AwsError> {
    let request = session.client.list_pod_identity_associations().cluster_name(cluster);
    let request = request.namespace(namespace).service_account(service_account);
    let found = match request.send().await.map_err(AwsError::from) {
        Ok(answer) => answer.associations.unwrap_or_default(),
        Err(error) if error.is_not_found() => Vec::new(),
        Err(error) => return Err(error),
    };
    let is_it = |it: &&aws_sdk_eks::types::PodIdentityAssociationSummary| {
        (it.namespace(), it.service_account()) == (Some(namespace), Some(service_account))
    };
    match found.iter().find(is_it).and_then(|summary| summary.association_id()) {
        Some(id) => describe(session, (cluster, id)).await,
        None => Ok(None),
    }
}

/// The state of an association. `reference` is what was planned or is in the state.
pub(super) fn state(
    session: &Session<'_>,
    association: &PodIdentityAssociation,
    reference: &EksPodIdentityModel,
) -> State<EksPodIdentityModel> {
    State::new(answer::model(association, &session.region, session.aws.tags(), reference))
}

/// The state of an association of which nothing was known before.
pub(super) fn found(
    session: &Session<'_>,
    association: &PodIdentityAssociation,
) -> State<EksPodIdentityModel> {
    // AWS answers it. Where a stand-in does not, the default of the type counts.
    let reference = EksPodIdentityModel { session_tags: true.into(), ..EksPodIdentityModel::blank() };
    state(session, association, &reference)
}
