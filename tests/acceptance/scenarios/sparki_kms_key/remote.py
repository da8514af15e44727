def drift(aws, it):
    aws("kms", "us-west-2").update_key_description(KeyId=it["key_id"], Description="Drifted.")
    aws("kms", "eu-west-1").schedule_key_deletion(KeyId=it["key_id"], PendingWindowInDays=7)


def exists(aws, it):
    regions = [region for region in it["arns"] if is_live(aws("kms", region), it["key_id"])]
    named = [region for region in it["arns"] if is_named(aws("kms", region), it["alias"])]
    return bool(regions or named)


def is_live(kms, key_id):
    key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    return key["KeyState"] not in ("PendingDeletion", "PendingReplicaDeletion")


def is_named(kms, alias):
    return any(it["AliasName"] == f"alias/{alias}" for it in kms.list_aliases()["Aliases"])
