variable "name" {
  type = string
}

resource "sparki_secretsmanager_secret" "it" {
  name                 = "${var.name}/database"
  description          = "For other tests."
  recovery_window_days = 0
  generate = {
    length             = 24
    punctuation        = false
    exclude_characters = "0O1l"
  }
  replicas = {
    eu-west-1 = {}
  }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
      Resource  = "*"
    }]
  })
  tags = {
    team = "two"
    cost = "1"
  }
}
