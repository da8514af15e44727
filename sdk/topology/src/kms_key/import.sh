# A region that has the key, and its id.
terraform import sparki_kms_key.main us-east-1/mrk-1234abcd12ab34cd56ef1234567890ab

# A region that has the key, and its alias.
terraform import sparki_kms_key.main us-east-1/alias/main

# Without the region, if it is the provider's.
terraform import sparki_kms_key.main alias/main
