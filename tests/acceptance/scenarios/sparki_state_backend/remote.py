def drift(aws, it):
    s3 = aws("s3")
    s3.delete_bucket_policy(Bucket=it["name"])
    s3.put_bucket_versioning(Bucket=it["name"], VersioningConfiguration={"Status": "Suspended"})
    aws("iam").delete_role_policy(RoleName=it["name"] + "-replication", PolicyName="replication")


def exists(aws, it):
    names = [it["name"], (it["replica"] or {}).get("name")]
    buckets = [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]]
    roles = [role["RoleName"] for role in aws("iam").list_roles()["Roles"]]
    return any(name in buckets for name in names) or it["name"] + "-replication" in roles
