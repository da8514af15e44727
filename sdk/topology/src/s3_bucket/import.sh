# Region and name.
terraform import sparki_s3_bucket.logs us-east-1/acme-logs

# The name, in the provider's region.
terraform import sparki_s3_bucket.logs acme-logs
