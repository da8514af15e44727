def drift(aws, it):
    s3 = aws("s3")
    s3.put_bucket_versioning(Bucket=it["name"], VersioningConfiguration={"Status": "Suspended"})
    s3.delete_public_access_block(Bucket=it["name"])
    s3.delete_bucket_lifecycle(Bucket=it["name"])
    # What is in it is removed with it.
    s3.put_object(Bucket=it["name"], Key="left", Body=b"over")


def exists(aws, it):
    return aws("s3", it["region"]).head_bucket(Bucket=it["name"])
