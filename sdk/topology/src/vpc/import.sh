# Region and AWS's id of a VPC that Sparki has made.
terraform import sparki_vpc.main us-east-1/vpc-0a1b2c3d4e5f60718

# Without the region, if it is the provider's.
terraform import sparki_vpc.main vpc-0a1b2c3d4e5f60718
