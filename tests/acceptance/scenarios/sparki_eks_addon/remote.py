def drift(aws, it):
    aws("eks").update_addon(
        clusterName=it["cluster_name"],
        addonName=it["name"],
        configurationValues='{"a":2}',
        resolveConflicts="OVERWRITE",
    )


def exists(aws, it):
    answer = aws("eks").describe_addon(clusterName=it["cluster_name"], addonName=it["name"])
    return "addon" in answer
