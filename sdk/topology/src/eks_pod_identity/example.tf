resource "sparki_eks_pod_identity" "shop" {
  cluster_name    = sparki_eks_cluster.main.name
  namespace       = "web"
  service_account = "shop"
  role_arn        = aws_iam_role.shop.arn
}
