def drift(aws, it):
    rds = aws("rds")
    rds.modify_db_instance(
        DBInstanceIdentifier=it["identifier"],
        DBInstanceClass="db.r6i.xlarge",
        BackupRetentionPeriod=3,
        ApplyImmediately=True,
    )
    work_mem = {"ParameterName": "work_mem", "ParameterValue": "32768", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=it["parameter_group_name"], Parameters=[work_mem])


def exists(aws, it):
    rds, name = aws("rds"), it["identifier"]
    subnets = rds.describe_db_subnet_groups()["DBSubnetGroups"]
    parameters = rds.describe_db_parameter_groups()["DBParameterGroups"]
    if any(group["DBSubnetGroupName"] == name for group in subnets):
        return True
    if any(group["DBParameterGroupName"].startswith(name + "-") for group in parameters):
        return True
    return bool(rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"])
