"""The remote side of a scenario.

    aws.py drift FOLDER     changes the object behind Terraform's back
    aws.py exists FOLDER    prints whether it is there: true or false
    aws.py tags FOLDER      prints its tags
    aws.py owned            prints what there is that Sparki has made, in every region in use

The attributes of the object come as JSON on standard input, but for "owned". AWS is found by AWS_ENDPOINT_URL and AWS_REGION.
"""

import importlib.util
import json
import pathlib
import sys

import boto3
import botocore.config
import botocore.exceptions

ABSENT = ("NotFound", "NoSuch", "404")


def client(service, region=None):
    settings = botocore.config.Config(retries={"max_attempts": 10}, s3={"addressing_style": "path"})
    return boto3.client(service, region_name=region, config=settings)


def remote_of(folder):
    path = pathlib.Path(folder) / "remote.py"
    spec = importlib.util.spec_from_file_location("remote", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exists(remote, it):
    try:
        return bool(remote.exists(client, it))
    except botocore.exceptions.ClientError as error:
        if any(part in error.response["Error"]["Code"] for part in ABSENT):
            return False
        raise


REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
SPARKIS = {"Key": "sparki:managed-by", "Value": "sparki"}


def pages(service, operation, key, region=None, **arguments):
    for page in client(service, region).get_paginator(operation).paginate(**arguments):
        yield from page[key]


def owned():
    """Everything with the tag of Sparki's objects. Keys that are going to be deleted count as deleted."""
    found = set()
    for region in REGIONS:
        tagged = [{"Name": f"tag:{SPARKIS['Key']}", "Values": [SPARKIS["Value"]]}]
        # Subnets, routes and gateways are in their VPC. That their tags outlive them says nothing.
        for vpc in pages("ec2", "describe_vpcs", "Vpcs", region, Filters=tagged):
            found.add(f"{region}: VPC {vpc['VpcId']}")
        # Those that have ended are shown for some time.
        for peering in pages("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections", region):
            if SPARKIS in peering.get("Tags", []) and peering["Status"]["Code"] != "deleted":
                found.add(f"{region}: VPC peering {peering['VpcPeeringConnectionId']}")
        for group in pages("ec2", "describe_security_groups", "SecurityGroups", region, Filters=tagged):
            found.add(f"{region}: security group {group['GroupId']}")
        # One that was never attached is in no VPC.
        for gateway in pages("ec2", "describe_internet_gateways", "InternetGateways", region, Filters=tagged):
            found.add(f"{region}: internet gateway {gateway['InternetGatewayId']}")
        for address in client("ec2", region).describe_addresses(Filters=tagged)["Addresses"]:
            found.add(f"{region}: address {address['AllocationId']}")
        for template in pages("ec2", "describe_launch_templates", "LaunchTemplates", region, Filters=tagged):
            found.add(f"{region}: launch template {template['LaunchTemplateId']}")
        for log in pages("ec2", "describe_flow_logs", "FlowLogs", region, Filters=tagged):
            found.add(f"{region}: flow log {log['FlowLogId']}")
        for alias in pages("kms", "list_aliases", "Aliases", region):
            if not alias["AliasName"].startswith("alias/aws/"):
                found.add(f"{region}: {alias['AliasName']}")
        kms = client("kms", region)
        for key in pages("kms", "list_keys", "Keys", region):
            state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
            tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
            if not state.startswith("Pending") and any(tag["TagKey"] == SPARKIS["Key"] for tag in tags):
                found.add(f"{region}: key {key['KeyId']}")
        for secret in pages("secretsmanager", "list_secrets", "SecretList", region):
            if SPARKIS in secret.get("Tags", []):
                found.add(f"{region}: secret {secret['Name']}")
        for balancer in pages("elbv2", "describe_load_balancers", "LoadBalancers", region):
            found.add(f"{region}: {balancer['LoadBalancerArn']}")
        for group in pages("elbv2", "describe_target_groups", "TargetGroups", region):
            found.add(f"{region}: {group['TargetGroupArn']}")
    iam = client("iam")
    for role in pages("iam", "list_roles", "Roles"):
        if SPARKIS in iam.list_role_tags(RoleName=role["RoleName"])["Tags"]:
            found.add(f"role {role['RoleName']}")
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        tags = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=provider["Arn"])["Tags"]
        if SPARKIS in tags:
            found.add(provider["Arn"])
    found.update(f"bucket {bucket['Name']}" for bucket in client("s3").list_buckets()["Buckets"])
    distributions = client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
    found.update(f"distribution {distribution['Id']}" for distribution in distributions)
    return sorted(found)


def tags(it):
    """The tags of an object with an ARN, by key."""
    arn = it["arn"]
    service, region = arn.split(":")[2:4]
    region = region or None
    if service == "eks":
        return client(service, region).list_tags_for_resource(resourceArn=arn)["tags"]
    if service in ("rds", "elasticache"):
        found = client(service, region).list_tags_for_resource(ResourceName=arn)["TagList"]
    elif service == "iam":
        found = client(service).list_role_tags(RoleName=it["name"])["Tags"]
    elif service == "kms":
        found = client(service, region).list_resource_tags(KeyId=arn)["Tags"]
        return {tag["TagKey"]: tag["TagValue"] for tag in found}
    elif service == "s3":
        found = client(service).get_bucket_tagging(Bucket=it["name"])["TagSet"]
    elif service == "secretsmanager":
        found = client(service, region).describe_secret(SecretId=arn)["Tags"]
    elif service == "elasticloadbalancing":
        found = client("elbv2", region).describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    elif service == "cloudfront":
        found = client(service).list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    else:
        named = [{"Name": "resource-id", "Values": [arn.split("/")[-1]]}]
        found = client(service, region).describe_tags(Filters=named)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def main():
    sys.dont_write_bytecode = True
    if sys.argv[1:] == ["owned"]:
        print(json.dumps(owned()))
        return
    what, folder = sys.argv[1:]
    remote, it = remote_of(folder), json.load(sys.stdin)
    if what == "drift":
        remote.drift(client, it)
    elif what == "exists":
        print(json.dumps(exists(remote, it)))
    elif what == "tags":
        print(json.dumps(tags(it)))
    else:
        sys.exit(__doc__)


main()
