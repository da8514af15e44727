def drift(aws, it):
    ec2 = aws("ec2")
    ec2.authorize_security_group_ingress(
        GroupId=it["security_group_id"],
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ],
    )
    rules = ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [it["security_group_id"]]}]
    )["SecurityGroupRules"]
    egress = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"]]
    ec2.revoke_security_group_egress(GroupId=it["security_group_id"], SecurityGroupRuleIds=egress)


def exists(aws, it):
    groups = aws("ec2").describe_security_groups(GroupIds=[it["security_group_id"]])
    return bool(groups["SecurityGroups"])
