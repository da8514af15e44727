def drift(aws, it):
    cloudfront = aws("cloudfront")
    answer = cloudfront.get_distribution_config(Id=it["id"])
    config = answer["DistributionConfig"]
    config["Enabled"] = True
    config["DefaultRootObject"] = "elsewhere.html"
    cloudfront.update_distribution(Id=it["id"], IfMatch=answer["ETag"], DistributionConfig=config)


def exists(aws, it):
    return "Distribution" in aws("cloudfront").get_distribution(Id=it["id"])
