def drift(aws, it):
    cache = aws("elasticache")
    cache.modify_replication_group(
        ReplicationGroupId=it["name"], ReplicationGroupDescription="drifted", ApplyImmediately=True
    )
    cache.modify_cache_parameter_group(
        CacheParameterGroupName=it["parameter_group_name"],
        ParameterNameValues=[{"ParameterName": "maxmemory-policy", "ParameterValue": "noeviction"}],
    )


def exists(aws, it):
    cache = aws("elasticache")
    subnets = cache.describe_cache_subnet_groups()["CacheSubnetGroups"]
    parameters = cache.describe_cache_parameter_groups()["CacheParameterGroups"]
    if any(group["CacheSubnetGroupName"] == it["name"] for group in subnets):
        return True
    if any(group["CacheParameterGroupName"].startswith(it["name"] + "-") for group in parameters):
        return True
    return bool(cache.describe_replication_groups(ReplicationGroupId=it["name"])["ReplicationGroups"])
