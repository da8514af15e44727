variable "name" {
  type = string
}

resource "sparki_kms_key" "it" {
  alias   = var.name
  regions = ["us-east-1"]
}
