variable "name" {
  type = string
}

resource "sparki_iam_role" "it" {
  name                = var.name
  description         = "For tests."
  max_session_seconds = 7200
  trust = {
    services     = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
    pod_identity = true
    oidc_providers = [{
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects     = ["repo:acme/shop:*"]
      audiences    = ["sts.amazonaws.com"]
    }]
    principals = [{
      identifiers = ["210987654321"]
      external_id = "x-1"
    }]
  }
  inline_policies = {
    read = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
    })
    write = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }]
    })
  }
  managed_policy_arns  = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  tags = {
    team = "one"
  }
}
