variable "name" {
  type = string
}

resource "sparki_kms_key" "it" {
  alias       = "${var.name}/other"
  regions     = ["us-west-2", "us-east-1"]
  description = "For other tests."
  rotation = {
    enabled = false
  }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
  tags = {
    team = "two"
    cost = "1"
  }
}
