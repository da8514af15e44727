# Region of either side and AWS's id of the peering.
terraform import sparki_vpc_peering.main us-east-1/pcx-0a1b2c3d4e5f60718

# Without the region, if it is the provider's.
terraform import sparki_vpc_peering.main pcx-0a1b2c3d4e5f60718
