variable "name" {
  type = string
}

resource "sparki_kms_key" "it" {
  alias       = var.name
  regions     = ["us-east-1", "us-west-2", "eu-west-1"]
  description = "For tests."
  rotation    = { period_days = 180 }
  tags = {
    team = "one"
  }
}
