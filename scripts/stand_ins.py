"""What the demo and the tests need from the stand-ins, besides the provider.

    stand_ins.py fixtures    makes the IAM roles and the network of a cluster; prints them as Terraform variables
    stand_ins.py database    makes a database of RDS that can be replicated; prints its identifier
    stand_ins.py remaining   prints what Terraform should have removed; exit code 1 if there is anything

AWS is found by AWS_ENDPOINT_URL and AWS_REGION, the control plane by SPARKI_ENDPOINT and SPARKI_API_KEY.
"""

import json
import os
import sys
import urllib.request

import boto3

COLLECTIONS = ["workspaces", "projects", "pipelines", "environments", "deployment-targets"]


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fixtures():
    iam, ec2 = boto3.client("iam"), boto3.client("ec2")

    def role(name, service, policies):
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
        for policy in policies:
            iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return arn

    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"][:2]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    security_group = ec2.create_security_group(VpcId=vpc, GroupName="cluster", Description="Cluster")["GroupId"]
    nodes = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"]
    return {
        "cluster_role_arn": role("eks-cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]),
        "node_role_arn": role("eks-nodes", "ec2.amazonaws.com", nodes),
        "subnet_ids": subnets,
        "security_group_id": security_group,
    }


def database():
    rds, identifier = boto3.client("rds"), "fixture"
    rds.create_db_instance(
        DBInstanceIdentifier=identifier,
        Engine="postgres",
        EngineVersion="15.12",
        DBInstanceClass="db.r6i.large",
        StorageType="gp3",
        AllocatedStorage=100,
        MasterUsername="fixture",
        MasterUserPassword="of-a-stand-in",
        BackupRetentionPeriod=1,
    )
    return identifier


def remaining():
    found = {"eks clusters": boto3.client("eks").list_clusters()["clusters"]}
    for collection in COLLECTIONS:
        request = urllib.request.Request(
            f"{os.environ['SPARKI_ENDPOINT'].rstrip('/')}/api/v1/{collection}",
            headers={"X-API-Key": os.environ["SPARKI_API_KEY"]},
        )
        # The control plane is on this machine, whatever proxy leads elsewhere.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as response:
            found[collection] = [item["id"] for item in json.load(response)["data"]]
    return found


def main():
    wanted = sys.argv[1:]
    if wanted == ["fixtures"]:
        made = fixtures()
        del made["security_group_id"]
        print(json.dumps(made, indent=2))
    elif wanted == ["fixtures", "--all"]:
        print(json.dumps(fixtures()))
    elif wanted == ["database"]:
        print(json.dumps(database()))
    elif wanted == ["remaining"]:
        found = remaining()
        for kind, names in found.items():
            print(f"  {kind}: {', '.join(names) or 'none'}")
        sys.exit(any(found.values()))
    else:
        sys.exit(__doc__)


main()
