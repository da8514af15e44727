def drift(aws, it):
    aws("eks").update_pod_identity_association(
        clusterName=it["cluster_name"],
        associationId=it["association_id"],
        roleArn="arn:aws:iam::123456789012:role/drifted",
    )


def exists(aws, it):
    answer = aws("eks").describe_pod_identity_association(
        clusterName=it["cluster_name"], associationId=it["association_id"]
    )
    return "association" in answer
