variable "name" {
  type = string
}

resource "sparki_kms_key" "it" {
  alias   = "${var.name}/other"
  regions = ["us-east-1", "us-west-2"]
  enabled = false
}
