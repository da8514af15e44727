# Region and name.
terraform import sparki_secretsmanager_secret.database us-east-1/shop/database

# Without the region, if it is the provider's.
terraform import sparki_secretsmanager_secret.database shop/database
