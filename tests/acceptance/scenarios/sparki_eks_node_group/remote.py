def drift(aws, it):
    aws("eks").update_nodegroup_config(
        clusterName=it["cluster_name"],
        nodegroupName=it["name"],
        scalingConfig={"maxSize": it["max"] + 3},
    )
    template = {"LaunchTemplateId": it["launch_template"]["id"]}
    insecure = {"MetadataOptions": {"HttpTokens": "optional"}}
    made = aws("ec2").create_launch_template_version(LaunchTemplateData=insecure, **template)
    number = str(made["LaunchTemplateVersion"]["VersionNumber"])
    aws("ec2").modify_launch_template(DefaultVersion=number, **template)


def exists(aws, it):
    of_group = {"Name": "tag:sparki:node-group", "Values": [f"{it['cluster_name']}/{it['name']}"]}
    if aws("ec2").describe_launch_templates(Filters=[of_group])["LaunchTemplates"]:
        return True
    answer = aws("eks").describe_nodegroup(clusterName=it["cluster_name"], nodegroupName=it["name"])
    return "nodegroup" in answer
