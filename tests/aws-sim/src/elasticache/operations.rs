//! What can be asked for.

use super::{
    catalog, global_group, offerings, parameter_group, replication_group, snapshot, subnet_group, tags, user,
};
use crate::calls::Behaviour;

/// What an operation does, if it is played here.
pub(crate) fn behaviour(operation: &str) -> Option<Behaviour> {
    Some(match operation {
        "CreateReplicationGroup" => replication_group::create,
        "DescribeReplicationGroups" => replication_group::describe,
        "DescribeCacheClusters" => replication_group::describe_clusters,
        "ModifyReplicationGroup" => replication_group::modify,
        "ModifyReplicationGroupShardConfiguration" => replication_group::reshard,
        "IncreaseReplicaCount" => replication_group::increase_replicas,
        "DecreaseReplicaCount" => replication_group::decrease_replicas,
        "TestFailover" => replication_group::test_failover,
        "DeleteReplicationGroup" => replication_group::delete,
        "CreateGlobalReplicationGroup" => global_group::create,
        "DescribeGlobalReplicationGroups" => global_group::describe,
        "ModifyGlobalReplicationGroup" => global_group::modify,
        "FailoverGlobalReplicationGroup" => global_group::fail_over,
        "DisassociateGlobalReplicationGroup" => global_group::disassociate,
        "DeleteGlobalReplicationGroup" => global_group::delete,
        "CreateCacheSubnetGroup" => subnet_group::create,
        "DescribeCacheSubnetGroups" => subnet_group::describe,
        "ModifyCacheSubnetGroup" => subnet_group::modify,
        "DeleteCacheSubnetGroup" => subnet_group::delete,
        "CreateCacheParameterGroup" => parameter_group::create,
        "DescribeCacheParameterGroups" => parameter_group::describe,
        "DescribeCacheParameters" => parameter_group::describe_parameters,
        "ModifyCacheParameterGroup" => parameter_group::modify,
        "ResetCacheParameterGroup" => parameter_group::reset,
        "DeleteCacheParameterGroup" => parameter_group::delete,
        "CreateUser" => user::create,
        "DescribeUsers" => user::describe,
        "ModifyUser" => user::modify,
        "DeleteUser" => user::delete,
        "CreateUserGroup" => user::create_group,
        "DescribeUserGroups" => user::describe_groups,
        "ModifyUserGroup" => user::modify_group,
        "DeleteUserGroup" => user::delete_group,
        "DescribeSnapshots" => snapshot::describe,
        "DeleteSnapshot" => snapshot::delete,
        "DescribeCacheEngineVersions" => catalog::describe_versions,
        "DescribeReservedCacheNodesOfferings" => offerings::describe,
        "AddTagsToResource" => tags::add,
        "RemoveTagsFromResource" => tags::remove,
        "ListTagsForResource" => tags::list,
        _ => return None,
    })
}
