# Region and name of the cluster.
terraform import sparki_elasticache_redis.sessions us-east-1/sessions

# The name alone, if the cluster is in the provider's region.
terraform import sparki_elasticache_redis.sessions sessions
