variable "name" {
  type = string
}

resource "sparki_iam_role" "it" {
  name = var.name
  trust = {
    services = ["ec2.amazonaws.com"]
  }
}
