# Name of the role.
terraform import sparki_iam_role.shop shop

# ARN of the role.
terraform import sparki_iam_role.shop arn:aws:iam::123456789012:role/shop
