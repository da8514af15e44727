variable "name" {
  type = string
}

resource "sparki_iam_role" "it" {
  name     = "${var.name}-last"
  iam_path = "/teams/"
  trust = {
    oidc_providers = [{
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      subjects     = ["repo:acme/shop:*"]
    }]
  }
  inline_policies = {
    read = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
    })
  }
}
