resource "sparki_iam_role" "shop" {
  name        = "shop"
  description = "What the shop's pods may do."

  trust = {
    pod_identity = true
  }

  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
}

resource "sparki_iam_role" "deploy" {
  name_prefix = "deploy-"

  trust = {
    oidc_providers = [{
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects     = ["repo:acme/shop:ref:refs/heads/main"]
    }]
  }

  inline_policies = {
    deploy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = "eks:DescribeCluster"
        Resource = "*"
      }]
    })
  }
}
