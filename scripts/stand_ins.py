"""What the demo and the tests need from the stand-ins, besides the provider.

    stand_ins.py fixtures    makes the IAM roles and the network of a cluster; prints them as Terraform variables
    stand_ins.py database    makes a database of RDS that can be replicated; prints its identifier
    stand_ins.py certificate_arns   makes two certificates; prints their ARNs
    stand_ins.py function_arns      makes two functions of Lambda; prints their ARNs
    stand_ins.py user_group_ids     makes two user groups of ElastiCache; prints their ids
    stand_ins.py remaining   prints what Terraform should have removed; exit code 1 if there is anything

What the stand-in cannot make of the last three is printed as if it were there.
AWS is found by AWS_ENDPOINT_URL and AWS_REGION, the control plane by SPARKI_ENDPOINT and SPARKI_API_KEY.
"""

import io
import json
import os
import sys
import urllib.error
import urllib.request
import zipfile

import boto3
import botocore.exceptions
import botocore.parsers

# How a stand-in says that it does not know a request; some answer with a page of HTML.
REFUSALS = (botocore.exceptions.ClientError, botocore.parsers.ResponseParserError)
COLLECTIONS = ["workspaces", "projects", "pipelines", "environments", "deployment-targets"]


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(name, service, policies):
    iam = boto3.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return arn


def fixtures():
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"][:3]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    security_group = ec2.create_security_group(VpcId=vpc, GroupName="cluster", Description="Cluster")["GroupId"]
    nodes = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"]
    return {
        "cluster_role_arn": role("eks-cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]),
        "node_role_arn": role("eks-nodes", "ec2.amazonaws.com", nodes),
        "subnet_ids": subnets[:2],
        "other_subnet_id": subnets[2],
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


def certificate(number):
    try:
        return boto3.client("acm").request_certificate(DomainName=f"{number}.example.com")["CertificateArn"]
    except REFUSALS:
        return f"arn:aws:acm:us-east-1:123456789012:certificate/{number}{number}111111-1111-1111-1111-111111111111"


def function(number):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("main.py", "def handler(event, context):\n    pass\n")
    # Moto would run it in a container.
    without_containers = urllib.request.Request(
        f"{os.environ['AWS_ENDPOINT_URL'].rstrip('/')}/moto-api/config",
        data=json.dumps({"lambda": {"use_docker": False}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    name = f"rotation-{number}"
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(without_containers, timeout=30).close()
    except urllib.error.URLError:
        pass  # It is another stand-in.
    try:
        made = boto3.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role(name, "lambda.amazonaws.com", []),
            Handler="main.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        return made["FunctionArn"]
    except REFUSALS:
        return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def user_group(number):
    cache, name = boto3.client("elasticache"), f"users-{number}"
    try:
        cache.create_user(
            UserId=name, UserName="default", Engine="redis", AccessString="on ~* +@all", NoPasswordRequired=True
        )
        cache.create_user_group(UserGroupId=name, Engine="redis", UserIds=[name])
    except REFUSALS:
        pass
    return name


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
        del made["security_group_id"], made["other_subnet_id"]
        print(json.dumps(made, indent=2))
    elif wanted == ["fixtures", "--all"]:
        print(json.dumps(fixtures()))
    elif wanted == ["database"]:
        print(json.dumps(database()))
    elif wanted in (["certificate_arns"], ["function_arns"], ["user_group_ids"]):
        make = {"certificate_arns": certificate, "function_arns": function, "user_group_ids": user_group}[wanted[0]]
        print(json.dumps([make(number) for number in (1, 2)]))
    elif wanted == ["remaining"]:
        found = remaining()
        for kind, names in found.items():
            print(f"  {kind}: {', '.join(names) or 'none'}")
        sys.exit(any(found.values()))
    else:
        sys.exit(__doc__)


main()
