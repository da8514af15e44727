# Region and identifier of the replica.
terraform import sparki_rds_replica.reader us-east-1/shop-reader

# The identifier alone, if the replica is in the provider's region.
terraform import sparki_rds_replica.reader shop-reader
