def drift(aws, it):
    balancers = aws("elbv2")
    balancers.modify_listener(ListenerArn=it["listener_arns"]["tcp"], Port=444)
    balancers.modify_target_group(TargetGroupArn=it["target_group_arns"]["web"], HealthCheckPath="/elsewhere")


def exists(aws, it):
    balancers = aws("elbv2")
    groups = [group["TargetGroupArn"] for group in balancers.describe_target_groups()["TargetGroups"]]
    there = [balancer["LoadBalancerArn"] for balancer in balancers.describe_load_balancers()["LoadBalancers"]]
    return it["arn"] in there or any(arn in groups for arn in it["target_group_arns"].values())
