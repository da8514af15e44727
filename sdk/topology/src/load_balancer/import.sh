# Region and name.
terraform import sparki_load_balancer.shop us-east-1/shop

# The name, in the provider's region.
terraform import sparki_load_balancer.shop shop
