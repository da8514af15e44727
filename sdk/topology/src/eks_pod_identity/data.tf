data "sparki_eks_pod_identity" "shop" {
  path = "us-east-1/main/web/shop"
}

output "shop_role_arn" {
  value = data.sparki_eks_pod_identity.shop.role_arn
}
