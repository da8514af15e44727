//! What can be asked for.

use super::{catalog, instance, parameter_group, snapshot, subnet_group, tags};
use crate::calls::Behaviour;

/// What an operation does, if it is played here.
pub(crate) fn behaviour(operation: &str) -> Option<Behaviour> {
    Some(match operation {
        "CreateDBInstance" => instance::create,
        "CreateDBInstanceReadReplica" => instance::create_replica,
        "DescribeDBInstances" => instance::describe,
        "ModifyDBInstance" => instance::modify,
        "RebootDBInstance" => instance::reboot,
        "PromoteReadReplica" => instance::promote,
        "DeleteDBInstance" => instance::delete,
        "CreateDBSubnetGroup" => subnet_group::create,
        "DescribeDBSubnetGroups" => subnet_group::describe,
        "ModifyDBSubnetGroup" => subnet_group::modify,
        "DeleteDBSubnetGroup" => subnet_group::delete,
        "CreateDBParameterGroup" => parameter_group::create,
        "DescribeDBParameterGroups" => parameter_group::describe,
        "DescribeDBParameters" => parameter_group::describe_parameters,
        "ModifyDBParameterGroup" => parameter_group::modify,
        "ResetDBParameterGroup" => parameter_group::reset,
        "DeleteDBParameterGroup" => parameter_group::delete,
        "CreateDBSnapshot" => snapshot::create,
        "DescribeDBSnapshots" => snapshot::describe,
        "DeleteDBSnapshot" => snapshot::delete,
        "DescribeDBEngineVersions" => catalog::describe_versions,
        "DescribeOrderableDBInstanceOptions" => catalog::describe_orderable,
        "AddTagsToResource" => tags::add,
        "RemoveTagsFromResource" => tags::remove,
        "ListTagsForResource" => tags::list,
        _ => return None,
    })
}
