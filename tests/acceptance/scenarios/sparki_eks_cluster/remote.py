def drift(aws, it):
    logging = {"clusterLogging": [{"types": ["api"], "enabled": False}]}
    aws("eks").update_cluster_config(name=it["name"], logging=logging)


def exists(aws, it):
    return "cluster" in aws("eks").describe_cluster(name=it["name"])
