variable "name" {
  type = string
}

variable "function_arns" {
  type = list(string)
}

resource "sparki_kms_key" "it" {
  alias   = "${var.name}-secret"
  regions = ["us-east-1"]
}

resource "sparki_secretsmanager_secret" "it" {
  name                 = "${var.name}/database"
  description          = "For tests."
  kms_key_id           = sparki_kms_key.it.arn
  value_wo             = "second"
  value_wo_version     = 2
  recovery_window_days = 0
  replicas = {
    us-west-2 = {}
  }
  rotation = {
    lambda_arn               = var.function_arns[1]
    automatically_after_days = 60
  }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
  tags = {
    team = "one"
  }
}
