def drift(aws, it):
    ec2 = aws("ec2")
    subnet = it["subnets"]["private"]["ids"][0]
    public = it["subnets"]["public"]["route_table_ids"][0]
    ec2.delete_route(RouteTableId=public, DestinationCidrBlock="0.0.0.0/0")
    ec2.modify_vpc_attribute(VpcId=it["vpc_id"], EnableDnsHostnames={"Value": False})
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "team", "Value": "drifted"}])
    tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    for table in tables["RouteTables"]:
        for association in table["Associations"]:
            if association.get("SubnetId") == subnet:
                ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])


def exists(aws, it):
    ec2 = aws("ec2")
    tags = [{"Name": "tag-key", "Values": ["sparki:part"]}]
    ours = lambda found: [
        one for one in found if any(tag["Value"].startswith(it["name"]) for tag in one.get("Tags", []))
    ]
    left = ours(ec2.describe_addresses(Filters=tags)["Addresses"])
    left += ours(ec2.describe_internet_gateways(Filters=tags)["InternetGateways"])
    return bool(left) or bool(ec2.describe_vpcs(VpcIds=[it["vpc_id"]])["Vpcs"])
