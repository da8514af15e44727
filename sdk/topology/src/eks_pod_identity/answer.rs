//! From AWS's description of an association to the model. Pure.

use aws_sdk_eks::types::PodIdentityAssociation;
use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::EksPodIdentityModel;
use crate::operation::shown_tags;

/// The model of an association. `reference` is what was planned, or what the state has: it fills in what only the
/// provider knows, and what an endpoint does not answer, as stand-ins do not answer everything.
pub(super) fn model(
    association: &PodIdentityAssociation,
    region: &Region,
    tags: Tags<'_>,
    reference: &EksPodIdentityModel,
) -> EksPodIdentityModel {
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let (tags, tags_all) = shown_tags(tags, association.tags(), (&reference.tags, &reference.tags_all));
    let parts = [association.cluster_name(), association.namespace(), association.service_account()];
    let names: Vec<_> = parts.into_iter().flatten().collect();
    let session_tags = association.disable_session_tags().map(|disabled| !disabled);
    EksPodIdentityModel {
        id: (names.len() == parts.len()).then(|| Id::new(format!("{region}/{}", names.join("/")))).into(),
        region: region.clone().into(),
        cluster_name: text(association.cluster_name()),
        namespace: text(association.namespace()),
        service_account: text(association.service_account()),
        role_arn: text(association.role_arn()),
        target_role_arn: text(association.target_role_arn().filter(|arn| !arn.is_empty())),
        session_tags: session_tags.map_or_else(|| reference.session_tags.clone(), Value::Known),
        tags,
        tags_all,
        association_id: text(association.association_id()),
        arn: text(association.association_arn()),
        external_id: text(association.external_id().filter(|id| !id.is_empty())),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}
