OVER = ("deleted", "deleting", "rejected", "expired", "failed")


def drift(aws, it):
    requester, accepter = it["requester"], it["accepter"]
    near, far = aws("ec2", requester["region"]), aws("ec2", accepter["region"])
    peering = it["vpc_peering_connection_id"]
    table = requester["route_table_ids"][0]
    near.delete_route(RouteTableId=table, DestinationCidrBlock=it["routes"][table][0])
    far.modify_vpc_peering_connection_options(
        VpcPeeringConnectionId=peering,
        AccepterPeeringConnectionOptions={"AllowDnsResolutionFromRemoteVpc": False},
    )
    near.create_tags(Resources=[peering], Tags=[{"Key": "team", "Value": "drifted"}])


def exists(aws, it):
    peering = it["vpc_peering_connection_id"]
    found = False
    for region in {it["requester"]["region"], it["accepter"]["region"]}:
        ec2 = aws("ec2", region)
        through = [{"Name": "route.vpc-peering-connection-id", "Values": [peering]}]
        shown = ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])
        found = found or bool(ec2.describe_route_tables(Filters=through)["RouteTables"])
        found = found or any(one["Status"]["Code"] not in OVER for one in shown["VpcPeeringConnections"])
    return found
