def drift(aws, it):
    iam = aws("iam")
    iam.update_role(RoleName=it["name"], Description="Drifted.", MaxSessionDuration=3600)
    iam.attach_role_policy(RoleName=it["name"], PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.delete_role_policy(RoleName=it["name"], PolicyName="read")


def exists(aws, it):
    return "Role" in aws("iam").get_role(RoleName=it["name"])
