"""What main.rs runs: `checks.py <name of a function>`, with the stand-in in AWS_ENDPOINT_URL."""

import json
import os
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

ONCE = Config(retries={"total_max_attempts": 1})
# Virtual time is fast; the waiters' own delays are of AWS.
SOON = {"Delay": 0.02, "MaxAttempts": 500}


def client(service, region="us-east-1", config=ONCE):
    return boto3.client(service, region_name=region, config=config)


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/_sim/{path}", data, method=method)
    with urllib.request.urlopen(request) as response:
        text = response.read()
    return json.loads(text) if text else None


def wait(service, waiter, **parameters):
    service.get_waiter(waiter).wait(WaiterConfig=SOON, **parameters)


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, f"{found} instead of {code}: {error}"
        return error
    raise AssertionError(f"{code} was expected")


def until(question):
    """Asks until the answer is yes; what boto3 has no waiter for."""
    for _ in range(2000):
        if question():
            return
    raise AssertionError("it takes too long")


CLUSTER = {
    "name": "main",
    "roleArn": "arn:aws:iam::123456789012:role/cluster",
    "resourcesVpcConfig": {"subnetIds": ["subnet-1", "subnet-2"]},
    "accessConfig": {"authenticationMode": "API"},
}


def eks_lifecycle():
    eks = client("eks")
    versions = eks.describe_cluster_versions()["clusterVersions"]
    supported = sorted((v["clusterVersion"] for v in versions), key=lambda v: int(v.split(".")[1]))
    old, new = supported[-2:]
    created = eks.create_cluster(**CLUSTER, version=old)["cluster"]
    assert created["status"] == "CREATING" and created["createdAt"].year >= 2026
    wait(eks, "cluster_active", name="main")
    update = eks.update_cluster_version(name="main", version=new)["update"]
    until(lambda: eks.describe_update(name="main", updateId=update["id"])["update"]["status"] == "Successful")
    assert eks.describe_cluster(name="main")["cluster"]["version"] == new
    nodes = {"clusterName": "main", "nodegroupName": "nodes"}
    eks.create_nodegroup(**nodes, subnets=["subnet-1"], nodeRole="arn:aws:iam::123456789012:role/nodes")
    wait(eks, "nodegroup_active", **nodes)
    addon = {"clusterName": "main", "addonName": "coredns"}
    eks.create_addon(**addon)
    wait(eks, "addon_active", **addon)
    eks.delete_addon(**addon)
    wait(eks, "addon_deleted", **addon)
    refused("ResourceInUseException", eks.delete_cluster, name="main")
    eks.delete_nodegroup(**nodes)
    wait(eks, "nodegroup_deleted", **nodes)
    eks.delete_cluster(name="main")
    wait(eks, "cluster_deleted", name="main")


DATABASE = {
    "DBInstanceIdentifier": "main",
    "DBInstanceClass": "db.r6i.large",
    "Engine": "postgres",
    "AllocatedStorage": 100,
    "StorageType": "gp3",
    "MasterUsername": "sparki",
    "MasterUserPassword": "correct horse",
    "Tags": [{"Key": "team", "Value": "core"}],
}


def rds_lifecycle():
    near, far = client("rds"), client("rds", "us-west-2")
    created = near.create_db_instance(**DATABASE, MultiAZ=True, BackupRetentionPeriod=7)["DBInstance"]
    assert created["DBInstanceStatus"] == "creating" and created["InstanceCreateTime"].year >= 2026
    wait(near, "db_instance_available", DBInstanceIdentifier="main")
    main = near.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"][0]
    assert main["Endpoint"]["Port"] == 5432 and main["TagList"] == DATABASE["Tags"]
    # boto3 makes a signed URL for the source's region; the stand-in does not look at it.
    far.create_db_instance_read_replica(
        DBInstanceIdentifier="standby", SourceDBInstanceIdentifier=main["DBInstanceArn"], SourceRegion="us-east-1"
    )
    wait(far, "db_instance_available", DBInstanceIdentifier="standby")
    far.promote_read_replica(DBInstanceIdentifier="standby", BackupRetentionPeriod=7)
    wait(far, "db_instance_available", DBInstanceIdentifier="standby")
    standby = far.describe_db_instances(DBInstanceIdentifier="standby")["DBInstances"][0]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in standby
    near.modify_db_instance(DBInstanceIdentifier="main", DBInstanceClass="db.r6i.xlarge", ApplyImmediately=True)
    until(lambda: near.describe_db_instances()["DBInstances"][0]["DBInstanceClass"] == "db.r6i.xlarge")
    near.delete_db_instance(DBInstanceIdentifier="main", FinalDBSnapshotIdentifier="last")
    wait(near, "db_instance_deleted", DBInstanceIdentifier="main")
    wait(near, "db_snapshot_available", DBSnapshotIdentifier="last")


CACHE = {
    "ReplicationGroupId": "main",
    "ReplicationGroupDescription": "of tests",
    "CacheNodeType": "cache.r6g.large",
    "NumNodeGroups": 3,
    "ReplicasPerNodeGroup": 1,
    "AutomaticFailoverEnabled": True,
}


def elasticache_lifecycle():
    near, far = client("elasticache"), client("elasticache", "us-west-2")
    near.create_replication_group(**CACHE, Engine="redis", EngineVersion="7.0")
    wait(near, "replication_group_available", ReplicationGroupId="main")
    main = near.describe_replication_groups(ReplicationGroupId="main")["ReplicationGroups"][0]
    assert len(main["NodeGroups"]) == 3 and main["ConfigurationEndpoint"]["Port"] == 6379
    wait(near, "cache_cluster_available", CacheClusterId=main["MemberClusters"][0])
    near.modify_replication_group_shard_configuration(
        ReplicationGroupId="main", NodeGroupCount=4, ApplyImmediately=True
    )
    wait(near, "replication_group_available", ReplicationGroupId="main")
    world = near.create_global_replication_group(
        GlobalReplicationGroupIdSuffix="world", PrimaryReplicationGroupId="main"
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]

    def status():
        found = near.describe_global_replication_groups(GlobalReplicationGroupId=world)
        return found["GlobalReplicationGroups"][0]["Status"]

    until(lambda: status() == "primary-only")
    far.create_replication_group(
        ReplicationGroupId="standby", ReplicationGroupDescription="of tests", GlobalReplicationGroupId=world
    )
    wait(far, "replication_group_available", ReplicationGroupId="standby")
    standby = {"ReplicationGroupId": "standby", "ReplicationGroupRegion": "us-west-2"}
    near.disassociate_global_replication_group(GlobalReplicationGroupId=world, **standby)
    until(lambda: status() == "primary-only")
    near.delete_global_replication_group(GlobalReplicationGroupId=world, RetainPrimaryReplicationGroup=False)
    until(lambda: near.describe_global_replication_groups()["GlobalReplicationGroups"] == [])
    wait(near, "replication_group_deleted", ReplicationGroupId="main")
    far.delete_replication_group(ReplicationGroupId="standby")
    wait(far, "replication_group_deleted", ReplicationGroupId="standby")


def service_quotas():
    quotas = client("service-quotas")
    vcpus = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    assert quotas.get_aws_default_service_quota(**vcpus)["Quota"]["Value"] == 5
    admin("PUT", "quotas", [{"service": "ec2", "code": "L-1216C47A", "value": 8, "region": "us-east-1"}])
    found = quotas.get_service_quota(**vcpus)["Quota"]
    assert found["Value"] == 8 and found["QuotaArn"] == "arn:aws:servicequotas:us-east-1::ec2/L-1216C47A", found
    assert client("service-quotas", "eu-west-1").get_service_quota(**vcpus)["Quota"]["Value"] != 8
    pages = quotas.get_paginator("list_service_quotas").paginate(
        ServiceCode="ec2", PaginationConfig={"PageSize": 1}
    )
    assert [it["QuotaCode"] for page in pages for it in page["Quotas"]] == ["L-0263D0A3", "L-1216C47A"]
    try:
        quotas.get_service_quota(ServiceCode="eks", QuotaCode="L-1194D53C")
    except quotas.exceptions.NoSuchResourceException:
        pass
    else:
        raise AssertionError("of this one only the default is known")
    assert quotas.get_aws_default_service_quota(ServiceCode="eks", QuotaCode="L-1194D53C")["Quota"]["Value"] == 100
    admin("PUT", "faults", [{"kind": "throttle", "service": "servicequotas"}])
    refused("TooManyRequestsException", quotas.get_service_quota, **vcpus)


def paginators():
    eks, rds, caches = client("eks"), client("rds"), client("elasticache")
    names = [f"c{number:02}" for number in range(23)]
    for name in names:
        eks.create_cluster(**{**CLUSTER, "name": name})
    pages = eks.get_paginator("list_clusters").paginate(PaginationConfig={"PageSize": 5})
    assert [name for page in pages for name in page["clusters"]] == names
    for name in names:
        rds.create_db_instance(**{**DATABASE, "DBInstanceIdentifier": name})
    pages = rds.get_paginator("describe_db_instances").paginate(PaginationConfig={"PageSize": 20})
    assert [it["DBInstanceIdentifier"] for page in pages for it in page["DBInstances"]] == names
    options = rds.get_paginator("describe_orderable_db_instance_options").paginate(Engine="postgres")
    found = [
        (it["EngineVersion"], it["DBInstanceClass"], it["StorageType"])
        for page in options
        for it in page["OrderableDBInstanceOptions"]
    ]
    assert len(found) == len(set(found)) > 100
    for name in names:
        caches.create_replication_group(**{**CACHE, "ReplicationGroupId": name})
    pages = caches.get_paginator("describe_cache_clusters").paginate(PaginationConfig={"PageSize": 20})
    assert len([it for page in pages for it in page["CacheClusters"]]) == len(names) * 6


def error_classes():
    eks, rds, caches = client("eks"), client("rds"), client("elasticache")
    for call, parameters, expected in [
        (eks.describe_cluster, {"name": "none"}, eks.exceptions.ResourceNotFoundException),
        (rds.describe_db_instances, {"DBInstanceIdentifier": "none"}, rds.exceptions.DBInstanceNotFoundFault),
        (
            caches.describe_replication_groups,
            {"ReplicationGroupId": "none"},
            caches.exceptions.ReplicationGroupNotFoundFault,
        ),
    ]:
        try:
            call(**parameters)
        except expected:
            continue
        raise AssertionError(f"{expected} was expected")
    try:
        eks.create_cluster(name="main")
    except ParamValidationError:
        pass
    # What boto3 lets through is refused by the stand-in.
    refused("ValidationException", eks.create_cluster, **{**CLUSTER, "name": "-"})
    error = refused("ResourceNotFoundException", eks.describe_cluster, name="none")
    assert error.response["clusterName"] == "none"


def retries():
    patient = Config(retries={"total_max_attempts": 20, "mode": "standard"})
    eks = client("eks", config=patient)
    # boto3 repeats it with its token, until the rule is gone.
    admin("PUT", "faults", [{"kind": "lost_answer", "operation": "CreateCluster", "count": 2}])
    assert eks.create_cluster(**CLUSTER)["cluster"]["name"] == "main"
    counts = admin("GET", "counts")
    assert counts["requests"]["eks:CreateCluster"] == 3 and counts["faults"] == {"lost_answer": 2}
    assert counts["objects"]["eks:cluster"] == 1
    admin("PUT", "faults", [{"kind": "throttle", "count": 2}, {"kind": "reset", "count": 2, "after": 2}])
    assert eks.list_clusters()["clusters"] == ["main"]


def passing():
    ec2, sts, s3 = client("ec2"), client("sts"), client("s3", config=Config(s3={"addressing_style": "path"}))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert [it["VpcId"] for it in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]] == [vpc]
    assert client("ec2", "eu-west-1").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"] == []
    in_zone = {zone: ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"] for cidr, zone in [
        ("10.0.0.0/24", "us-east-1b"), ("10.0.1.0/24", "us-east-1d")
    ]}
    eks, rds = client("eks"), client("rds")
    network = {"subnetIds": list(in_zone.values())}
    assert eks.create_cluster(**{**CLUSTER, "resourcesVpcConfig": network})["cluster"]["resourcesVpcConfig"]["vpcId"] == vpc
    network = {"subnetIds": ["subnet-1", *in_zone.values()]}
    refused("InvalidParameterException", eks.create_cluster, **{**CLUSTER, "name": "b", "resourcesVpcConfig": network})
    group = {"DBSubnetGroupName": "main", "DBSubnetGroupDescription": "of tests"}
    made = rds.create_db_subnet_group(**group, SubnetIds=list(in_zone.values()))["DBSubnetGroup"]
    assert [it["SubnetAvailabilityZone"]["Name"] for it in made["Subnets"]] == list(in_zone) and made["VpcId"] == vpc
    one = {**group, "DBSubnetGroupName": "one", "SubnetIds": [in_zone["us-east-1b"]]}
    refused("DBSubnetGroupDoesNotCoverEnoughAZs", rds.create_db_subnet_group, **one)
    refused("InvalidSubnet", rds.create_db_subnet_group, **{**one, "SubnetIds": ["subnet-1", "subnet-2"]})
    assert sts.get_caller_identity()["Account"] == "123456789012"
    s3.create_bucket(Bucket="things")
    s3.put_object(Bucket="things", Key="a b/ü", Body=b"hello")
    assert s3.get_object(Bucket="things", Key="a b/ü")["Body"].read() == b"hello"
    assert admin("GET", "counts")["requests"]["ec2:CreateVpc"] == 1
    admin("PUT", "faults", [{"kind": "throttle"}])
    refused("RequestLimitExceeded", ec2.describe_vpcs)
    refused("Throttling", sts.get_caller_identity)
    refused("Throttling", client("dynamodb").list_tables)
    admin("DELETE", "faults")
    admin("POST", "reset")
    assert s3.list_buckets()["Buckets"] == []


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    misfits = admin("GET", "counts")["misfits"]
    assert not misfits, misfits
