def drift(aws, it):
    secrets = aws("secretsmanager")
    secrets.update_secret(SecretId=it["name"], Description="Drifted.")
    secrets.remove_regions_from_replication(SecretId=it["name"], RemoveReplicaRegions=["us-west-2"])


def exists(aws, it):
    return "DeletedDate" not in aws("secretsmanager").describe_secret(SecretId=it["name"])
