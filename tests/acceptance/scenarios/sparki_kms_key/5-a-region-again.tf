variable "name" {
  type = string
}

resource "sparki_kms_key" "it" {
  alias   = "${var.name}/other"
  regions = ["us-east-1", "eu-west-1", "us-west-2"]
  tags = {
    team = "three"
  }
}
