# Name of the role.
terraform import sparki_iam_role.shop shop
