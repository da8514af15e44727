def drift(aws, it):
    aws("eks").update_nodegroup_config(
        clusterName=it["cluster_name"],
        nodegroupName=it["name"],
        scalingConfig={"maxSize": it["max"] + 3},
    )


def exists(aws, it):
    answer = aws("eks").describe_nodegroup(clusterName=it["cluster_name"], nodegroupName=it["name"])
    return "nodegroup" in answer
