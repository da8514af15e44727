data "sparki_iam_role" "shop" {
  path = "shop"
}

output "shop_role_arn" {
  value = data.sparki_iam_role.shop.arn
}
