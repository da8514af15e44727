# Region and AWS's id of the group.
terraform import sparki_security_group.web us-east-1/sg-0a1b2c3d4e5f60718

# Without the region, if it is the provider's.
terraform import sparki_security_group.web sg-0a1b2c3d4e5f60718
