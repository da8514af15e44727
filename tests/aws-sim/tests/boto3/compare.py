"""Asks the stand-in and another one the same things: `compare.py <service> <url of the stand-in> <url of the other> <name>`.

Compared are the codes of errors and the members of answers, not their values. What differs is an error unless it is
known, and so is what is known and does not differ any more.
"""

import datetime
import json
import os
import sys
import urllib.request
from fnmatch import fnmatchcase

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/role"
CLUSTER = {"name": "main", "roleArn": ROLE, "resourcesVpcConfig": {"subnetIds": ["SUBNET-1", "SUBNET-2"]}}
NODES = {"clusterName": "main", "nodegroupName": "nodes", "nodeRole": ROLE, "subnets": ["SUBNET-1"]}
DATABASE = {
    "DBInstanceIdentifier": "main",
    "DBInstanceClass": "db.r6i.large",
    "Engine": "postgres",
    "EngineVersion": "15.12",
    "AllocatedStorage": 100,
    "MasterUsername": "sparki",
    "MasterUserPassword": "correct horse",
    "BackupRetentionPeriod": 7,
}
SUBNETS = {"SubnetIds": ["SUBNET-1", "SUBNET-2"]}
MAIN = {"DBInstanceIdentifier": "main"}
READER = {"DBInstanceIdentifier": "reader"}
CACHE = {
    "ReplicationGroupId": "main",
    "ReplicationGroupDescription": "of tests",
    "Engine": "redis",
    "EngineVersion": "7.0",
    "CacheNodeType": "cache.r6g.large",
    "NumNodeGroups": 3,
    "ReplicasPerNodeGroup": 1,
    "AutomaticFailoverEnabled": True,
}
USER = {"UserId": "app", "UserName": "app", "Engine": "redis", "AccessString": "on ~* +@all", "NoPasswordRequired": True}

# Operation and parameters, in this order. Between two of them everything that was begun is done.
SCENARIOS = {
    "eks": [
        ("describe_cluster", {"name": "none"}),
        ("create_cluster", CLUSTER),
        ("create_cluster", CLUSTER),
        ("describe_cluster", {"name": "main"}),
        ("list_clusters", {}),
        ("describe_nodegroup", {"clusterName": "main", "nodegroupName": "none"}),
        ("create_nodegroup", NODES),
        ("create_nodegroup", NODES),
        ("describe_nodegroup", {"clusterName": "main", "nodegroupName": "nodes"}),
        ("list_nodegroups", {"clusterName": "main"}),
        ("delete_cluster", {"name": "main"}),
        ("delete_nodegroup", {"clusterName": "main", "nodegroupName": "nodes"}),
        ("delete_nodegroup", {"clusterName": "main", "nodegroupName": "nodes"}),
        ("delete_cluster", {"name": "main"}),
        ("delete_cluster", {"name": "main"}),
    ],
    "rds": [
        ("describe_db_instances", MAIN),
        ("create_db_subnet_group", {"DBSubnetGroupName": "main", "DBSubnetGroupDescription": "of tests", **SUBNETS}),
        ("create_db_subnet_group", {"DBSubnetGroupName": "main", "DBSubnetGroupDescription": "of tests", **SUBNETS}),
        ("describe_db_subnet_groups", {"DBSubnetGroupName": "main"}),
        ("create_db_parameter_group", {"DBParameterGroupName": "main", "DBParameterGroupFamily": "postgres15", "Description": "of tests"}),
        ("create_db_parameter_group", {"DBParameterGroupName": "main", "DBParameterGroupFamily": "postgres15", "Description": "of tests"}),
        ("describe_db_parameter_groups", {"DBParameterGroupName": "none"}),
        ("create_db_instance", {**DATABASE, "DBSubnetGroupName": "none"}),
        ("create_db_instance", {**DATABASE, "DBSubnetGroupName": "main", "DBParameterGroupName": "main"}),
        ("create_db_instance", DATABASE),
        ("describe_db_instances", MAIN),
        ("create_db_instance_read_replica", {**READER, "SourceDBInstanceIdentifier": "none"}),
        ("create_db_instance_read_replica", {**READER, "SourceDBInstanceIdentifier": "main"}),
        ("describe_db_instances", READER),
        ("promote_read_replica", READER),
        ("modify_db_instance", {**MAIN, "DeletionProtection": True}),
        ("delete_db_instance", {**MAIN, "SkipFinalSnapshot": True}),
        ("modify_db_instance", {**MAIN, "DeletionProtection": False}),
        ("reboot_db_instance", MAIN),
        ("delete_db_subnet_group", {"DBSubnetGroupName": "main"}),
        ("delete_db_instance", {**READER, "SkipFinalSnapshot": True}),
        ("delete_db_instance", {**MAIN, "FinalDBSnapshotIdentifier": "last"}),
        ("describe_db_snapshots", {"DBSnapshotIdentifier": "last"}),
        ("describe_db_snapshots", {"DBSnapshotIdentifier": "none"}),
        ("delete_db_instance", {**MAIN, "SkipFinalSnapshot": True}),
        ("delete_db_subnet_group", {"DBSubnetGroupName": "main"}),
        ("delete_db_subnet_group", {"DBSubnetGroupName": "main"}),
    ],
    "elasticache": [
        ("describe_replication_groups", {"ReplicationGroupId": "main"}),
        ("create_cache_subnet_group", {"CacheSubnetGroupName": "main", "CacheSubnetGroupDescription": "of tests", **SUBNETS}),
        ("describe_cache_subnet_groups", {"CacheSubnetGroupName": "none"}),
        ("create_replication_group", {**CACHE, "CacheSubnetGroupName": "main"}),
        ("create_replication_group", CACHE),
        ("describe_replication_groups", {"ReplicationGroupId": "main"}),
        ("describe_cache_clusters", {"CacheClusterId": "none"}),
        ("create_user", USER),
        ("create_user", USER),
        ("describe_users", {"UserId": "none"}),
        ("delete_user", {"UserId": "app"}),
        ("delete_user", {"UserId": "none"}),
        ("delete_replication_group", {"ReplicationGroupId": "main"}),
        ("delete_replication_group", {"ReplicationGroupId": "none"}),
    ],
}

with open(os.path.join(os.path.dirname(__file__), "known.json"), encoding="utf-8") as known:
    KNOWN = json.load(known)


def client(service, url):
    return boto3.client(service, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))


def subnets(url):
    """Two subnets, if the other one has EC2; else names of none."""
    ec2 = client("ec2", url)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b")]
    made = [ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone) for cidr, zone in zones]
    return [it["Subnet"]["SubnetId"] for it in made]


def filled(value, ids):
    """The same with the subnets that there are."""
    text = json.dumps(value)
    for number, subnet in enumerate(ids, 1):
        text = text.replace(f"SUBNET-{number}", subnet)
    return json.loads(text)


def members(value, path=""):
    """All members that are there, with their types."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("ResponseMetadata", "tags"):
                yield from members(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        yield f"{path}[]"
        for inner in value:
            yield from members(inner, f"{path}[]")
    else:
        yield f"{path}: {'time' if isinstance(value, datetime.datetime) else type(value).__name__}"


def asked(service, operation, parameters):
    try:
        return "fine", set(members(getattr(service, operation)(**parameters)))
    except ClientError as error:
        return error.response["Error"]["Code"], set()


def finish(url):
    urllib.request.urlopen(urllib.request.Request(f"{url}/_sim/clock/finish", method="POST")).close()


def compare(name, ours, theirs):
    """Lines about everything that differs."""
    ids = subnets(theirs)
    one, other = client(name, ours), client(name, theirs)
    for number, (operation, parameters) in enumerate(SCENARIOS[name], 1):
        here = asked(one, operation, filled(parameters, ids))
        there = asked(other, operation, filled(parameters, ids))
        finish(ours)
        step = f"{name} {number} {operation}"
        if here[0] != there[0]:
            yield f"{step}: {here[0]} here, {there[0]} there"
            continue
        yield from (f"{step}: only here {path}" for path in sorted(here[1] - there[1]))
        yield from (f"{step}: only there {path}" for path in sorted(there[1] - here[1]))


def main():
    name, ours, theirs, whose = sys.argv[1:]
    # By reason; in a pattern, * is anything.
    known = [pattern for patterns in KNOWN[whose].values() for pattern in patterns if pattern.startswith(name)]
    differences = list(compare(name, ours, theirs))
    news = [line for line in differences if not any(fnmatchcase(line, pattern) for pattern in known)]
    stale = [pattern for pattern in known if not any(fnmatchcase(line, pattern) for line in differences)]
    for line in news:
        print(f"new: {line}", file=sys.stderr)
    for pattern in stale:
        print(f"does not differ any more: {pattern}", file=sys.stderr)
    sys.exit(1 if news or stale else 0)


main()
