def drift(aws, it):
    cloudfront = aws("cloudfront")
    answer = cloudfront.get_distribution_config(Id=it["id"])
    config = answer["DistributionConfig"]
    config["Enabled"] = True
    config["DefaultRootObject"] = "elsewhere.html"
    cloudfront.update_distribution(Id=it["id"], IfMatch=answer["ETag"], DistributionConfig=config)


def exists(aws, it):
    cloudfront = aws("cloudfront")
    controls = cloudfront.list_origin_access_controls()["OriginAccessControlList"].get("Items", [])
    if any(control["Name"].startswith("sparki-") for control in controls):
        return True
    return "Distribution" in cloudfront.get_distribution(Id=it["id"])
