//! What can be asked for.

use super::{access_entry, addon, cluster, insights, node_group, pod_identity, tags, updates, versions};
use crate::calls::Behaviour;

/// What an operation does, if it is played here.
pub(crate) fn behaviour(operation: &str) -> Option<Behaviour> {
    Some(match operation {
        "CreateCluster" => cluster::create,
        "DescribeCluster" => cluster::describe,
        "ListClusters" => cluster::list,
        "DeleteCluster" => cluster::delete,
        "UpdateClusterVersion" => cluster::update_version,
        "UpdateClusterConfig" => cluster::update_config,
        "AssociateEncryptionConfig" => cluster::associate_encryption,
        "DescribeClusterVersions" => versions::describe,
        "ListInsights" => insights::list,
        "DescribeInsight" => insights::describe,
        "CreateNodegroup" => node_group::create,
        "DescribeNodegroup" => node_group::describe,
        "ListNodegroups" => node_group::list,
        "DeleteNodegroup" => node_group::delete,
        "UpdateNodegroupConfig" => node_group::update_config,
        "UpdateNodegroupVersion" => node_group::update_version,
        "CreateAddon" => addon::create,
        "DescribeAddon" => addon::describe,
        "ListAddons" => addon::list,
        "DeleteAddon" => addon::delete,
        "UpdateAddon" => addon::update,
        "DescribeAddonVersions" => addon::describe_versions,
        "CreateAccessEntry" => access_entry::create,
        "DescribeAccessEntry" => access_entry::describe,
        "ListAccessEntries" => access_entry::list,
        "UpdateAccessEntry" => access_entry::update,
        "DeleteAccessEntry" => access_entry::delete,
        "ListAccessPolicies" => access_entry::list_policies,
        "AssociateAccessPolicy" => access_entry::associate,
        "DisassociateAccessPolicy" => access_entry::disassociate,
        "ListAssociatedAccessPolicies" => access_entry::list_associated,
        "CreatePodIdentityAssociation" => pod_identity::create,
        "DescribePodIdentityAssociation" => pod_identity::describe,
        "ListPodIdentityAssociations" => pod_identity::list,
        "UpdatePodIdentityAssociation" => pod_identity::update,
        "DeletePodIdentityAssociation" => pod_identity::delete,
        "DescribeUpdate" => updates::describe,
        "ListUpdates" => updates::list,
        "TagResource" => tags::tag,
        "UntagResource" => tags::untag,
        "ListTagsForResource" => tags::list,
        _ => return None,
    })
}
